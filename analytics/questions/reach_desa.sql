-- reach_desa: the reach cascade of each program in each desa (see reach.sql).
-- Grain: program × desa with a target or a receipt on the day. All counts are distinct households active on the day.
-- Parameters: $as_of, $desa, $programs (empty = all).
--
-- targeted ⊇ attempted ⊇ met ⊇ received ⊇ benefited. A household with several targets of one
-- program counts once, as far as the best of them got.
with chosen_desa as (
    select desa_key
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
targeted as (
    select
        desa_key,
        program_key,
        household_key,
        min(attempted_on) as attempted_on,
        min(met_on) as met_on,
        min(received_on) as received_on
    from reach
    where targeted_from <= $as_of
      and targeted_until > $as_of
      and desa_key in (select desa_key from chosen_desa)
    group by desa_key, program_key, household_key
),
steps as (
    select
        desa_key,
        program_key,
        count(*) as targeted,
        count(case when attempted_on <= $as_of then 1 end) as attempted,
        count(case when met_on <= $as_of then 1 end) as met,
        count(case when received_on <= $as_of then 1 end) as received
    from targeted
    group by desa_key, program_key
),
benefited as (
    select desa_key, program_key, count(distinct household_key) as benefited
    from benefit
    where benefited_from <= $as_of
      and benefited_until > $as_of
      and desa_key in (select desa_key from chosen_desa)
    group by desa_key, program_key
),
outside as (
    -- Received some time up to the day, and not a target on the day.
    select
        first_receipt.desa_key,
        first_receipt.program_key,
        count(*) as received_outside_target
    from first_receipt
    left join targeted
        on targeted.household_key = first_receipt.household_key
       and targeted.program_key = first_receipt.program_key
    where first_receipt.counts_from <= $as_of
      and first_receipt.counts_until > $as_of
      and first_receipt.desa_key in (select desa_key from chosen_desa)
      and targeted.household_key is null
    group by first_receipt.desa_key, first_receipt.program_key
),
cell as (
    select desa_key, program_key from steps
    union
    select desa_key, program_key from outside
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
    coalesce(outside.received_outside_target, 0) as received_outside_target
from cell
inner join program on program.program_key = cell.program_key
inner join desa on desa.desa_key = cell.desa_key
left join steps
    on steps.program_key = cell.program_key and steps.desa_key = cell.desa_key
left join benefited
    on benefited.program_key = cell.program_key and benefited.desa_key = cell.desa_key
left join outside
    on outside.program_key = cell.program_key and outside.desa_key = cell.desa_key
where len($programs) = 0 or list_contains($programs, program.program_code)
order by program.program_code, desa.desa_code;
