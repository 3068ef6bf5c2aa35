-- reach_desa: the reach cascade of each program in each desa (see reach.sql).
-- Grain: program × desa with a target or a receipt outside target on the day.
-- Parameters: $as_of, $desa, $programs (empty = all).
with steps as (
    select
        desa_key,
        program_key,
        count(*) as targeted,
        count(case when attempted_on <= $as_of then 1 end) as attempted,
        count(case when met_on <= $as_of then 1 end) as met,
        count(case when received_on <= $as_of then 1 end) as received
    from reach
    where targeted_from <= $as_of
      and targeted_until > $as_of
    group by desa_key, program_key
),
benefited as (
    select desa_key, program_key, count(*) as benefited
    from benefit
    where benefited_from <= $as_of
      and benefited_until > $as_of
    group by desa_key, program_key
),
received_outside as (
    select desa_key, program_key, count(*) as received_outside_target
    from outside
    where outside_from <= $as_of
      and outside_until > $as_of
    group by desa_key, program_key
),
cell as (
    select desa_key, program_key from steps
    union
    select desa_key, program_key from received_outside
)
select
    program.program_code,
    program.program_name,
    program.agency,
    desa.desa_code,
    desa.desa_name,
    coalesce(steps.targeted, 0) as targeted,
    coalesce(steps.attempted, 0) as attempted,
    coalesce(steps.met, 0) as met,
    coalesce(steps.received, 0) as received,
    coalesce(benefited.benefited, 0) as benefited,
    coalesce(received_outside.received_outside_target, 0) as received_outside_target
from cell
inner join program on program.program_key = cell.program_key
inner join desa on desa.desa_key = cell.desa_key
left join steps
    on steps.program_key = cell.program_key and steps.desa_key = cell.desa_key
left join benefited
    on benefited.program_key = cell.program_key and benefited.desa_key = cell.desa_key
left join received_outside
    on received_outside.program_key = cell.program_key
   and received_outside.desa_key = cell.desa_key
where (len($programs) = 0 or list_contains($programs, program.program_code))
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
order by program.program_code, desa.desa_code;
