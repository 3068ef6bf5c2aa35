-- Writes the new and changed programs of `judged`; a program keeps its key for ever.
-- Parameters: $batch_no.
insert into program
select
    coalesce(
        program_key,
        (select max(program_key)
         from (select program_key from program
               union all select program_key from judged
               union all select 0 as program_key))
            + row_number() over (partition by program_key is null order by row_no)
    ) as program_key,
    program_code,
    program_name,
    agency,
    $batch_no as batch_no
from judged
where verdict in ('new', 'changed');
