-- reach: of the households each program is meant for, whom did it reach, step by step?
-- Grain: one row per program. All counts are distinct households active on the day.
-- Parameters: $as_of, $desa, $programs (empty = all).
--
-- targeted ⊇ attempted ⊇ met ⊇ received ⊇ benefited. The marts hold at most one spell per
-- household, program and day, so rows are households.
with chosen_desa as (
    select desa_key
    from desa
    where list_contains($desa, desa_code)
),
steps as (
    select
        program_key,
        count(*) as targeted,
        count(case when attempted_on <= $as_of then 1 end) as attempted,
        count(case when met_on <= $as_of then 1 end) as met,
        count(case when received_on <= $as_of then 1 end) as received
    from reach
    where targeted_from <= $as_of
      and targeted_until > $as_of
      and (len($desa) = 0 or desa_key in (select desa_key from chosen_desa))
    group by program_key
),
benefited as (
    select program_key, count(*) as benefited
    from benefit
    where benefited_from <= $as_of
      and benefited_until > $as_of
      and (len($desa) = 0 or desa_key in (select desa_key from chosen_desa))
    group by program_key
),
received_outside as (
    select program_key, count(*) as received_outside_target
    from outside
    where outside_from <= $as_of
      and outside_until > $as_of
      and (len($desa) = 0 or desa_key in (select desa_key from chosen_desa))
    group by program_key
)
select
    program.program_code,
    program.program_name,
    program.agency,
    coalesce(steps.targeted, 0) as targeted,
    coalesce(steps.attempted, 0) as attempted,
    coalesce(steps.met, 0) as met,
    coalesce(steps.received, 0) as received,
    coalesce(benefited.benefited, 0) as benefited,
    coalesce(received_outside.received_outside_target, 0) as received_outside_target
from program
left join steps on steps.program_key = program.program_key
left join benefited on benefited.program_key = program.program_key
left join received_outside on received_outside.program_key = program.program_key
where len($programs) = 0 or list_contains($programs, program.program_code)
order by program.program_code;
