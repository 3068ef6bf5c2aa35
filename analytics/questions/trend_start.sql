-- trend_start: when was the first visit of the store, up to a day? Grain: one row.
-- Parameters: $as_of.
select min(visited_on) as started_on
from desa_day
where visited_on <= $as_of;
