-- Writes the new and changed barriers of `judged`. Parameters: $batch_no.
insert into barrier
select
    barrier_id, desa_key, household_key, visit_id, category, agency, opened_on, status,
    closed_on, solution, private_fp, $batch_no, waits_for
from judged
where verdict in ('new', 'changed')
order by opened_on, barrier_id;
