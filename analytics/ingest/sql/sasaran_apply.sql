-- Writes the new and changed targets of `judged`. Parameters: $batch_no.
insert into target
select household_key, program_key, starts_on, ends_on, $batch_no
from judged
where verdict in ('new', 'changed')
order by household_key, program_key, starts_on;
