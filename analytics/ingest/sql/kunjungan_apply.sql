-- Writes the new and changed visits of `judged`. Parameters: $batch_no.
insert into visit
select
    visit_id, household_key, visited_on, assistant_id, outcome, programs, benefit,
    next_visit_on, barriers, private_fp, $batch_no, started_at, sent_on, place_fp
from judged
where verdict in ('new', 'changed')
order by visited_on, household_key, visit_id;
