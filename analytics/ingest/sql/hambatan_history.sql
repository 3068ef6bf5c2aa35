-- Appends to the history what `judged` says anew: the day a barrier was opened, and each status,
-- waiting or solution that differs from the one before. A closed one holds from its closing day;
-- any other from the day that the file gives, else from the day of the import.
-- Grain: entry. Parameters: $batch_no, $today, $recorded_by.
insert into barrier_status
select barrier_id, opened_on, 'terbuka', case when status = 'terbuka' then waits_for end,
    false, $recorded_by, $batch_no
from judged
where verdict = 'new'
union all
select
    barrier_id,
    greatest(opened_on, coalesce(closed_on, status_on, $today)),
    status,
    waits_for,
    solution is not null,
    $recorded_by,
    $batch_no
from judged
where (verdict = 'new' and status <> 'terbuka')
   or (verdict = 'changed' and restated);
