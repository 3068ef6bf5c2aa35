-- Writes the new and changed assistants of `judged`. Parameters: $batch_no.
insert into assistant
select assistant_id, assistant_name, desa_codes, $batch_no
from judged
where verdict in ('new', 'changed')
order by assistant_id;
