-- household_facts: who is this household, as far as the analytic tables know?
-- Grain: one row, or none when there is no such household. Parameters: $household_id, $as_of.
with chosen as (
    select * from household where household_id = $household_id
),
targeted as (
    select reach.household_key, list(distinct program.program_code order by program.program_code)
        as targeted_programs
    from reach
    inner join program on program.program_key = reach.program_key
    where reach.household_key in (select household_key from chosen)
      and reach.targeted_from <= $as_of
      and reach.targeted_until > $as_of
    group by reach.household_key
)
select
    chosen.household_id,
    desa.desa_code,
    desa.desa_name,
    chosen.rt,
    chosen.rw,
    chosen.dusun,
    chosen.members,
    chosen.desil,
    chosen.desil_on,
    chosen.priority,
    chosen.vulnerabilities,
    chosen.registered_on,
    chosen.ended_on,
    chosen.end_reason,
    coalesce(targeted.targeted_programs, cast([] as text[])) as targeted_programs
from chosen
inner join desa on desa.desa_key = chosen.desa_key
left join targeted on targeted.household_key = chosen.household_key;
