-- Writes the new and changed households of `judged`; a household keeps its key for ever.
-- Parameters: $batch_no.
insert into household
select
    coalesce(
        household_key,
        (select max(household_key)
         from (select household_key from household
               union all select household_key from judged
               union all select 0 as household_key))
            + row_number() over (
                partition by household_key is null order by desa_key, household_id
            )
    ) as household_key,
    household_id, desa_key, rt, rw, dusun, members, desil, desil_on, priority, vulnerabilities,
    registered_on, ended_on, end_reason, private_fp,
    $batch_no as batch_no,
    place_fp,
    card_fp
from judged
where verdict in ('new', 'changed')
order by desa_key, household_id;
