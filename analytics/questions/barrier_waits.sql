-- barrier_waits: who has to act next? Grain: one row per barrier of which it is written down.
-- (Versions of an earlier release have no such column and are not asked.)
select barrier_id, waits_for
from barrier
where waits_for is not null;
