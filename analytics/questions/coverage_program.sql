-- coverage_program: of the households each program targets in each desa, how many were met in
-- the window? Grain: desa × program with at least one target on that day.
-- Parameters: $as_of, $window_start, $desa, $programs (empty = all).
with targeted as (
    select distinct desa_key, program_key, household_key
    from reach
    where targeted_from <= $as_of
      and targeted_until > $as_of
),
covered as (
    select desa_key, household_key
    from contact
    where active_from <= $as_of
      and active_until > $as_of
      and visited_on > $window_start
),
heard as (
    select desa_key
    from desa_day
    where visited_on <= $as_of
    group by desa_key
),
counted as (
    select
        targeted.desa_key,
        targeted.program_key,
        count(*) as targeted,
        count(covered.household_key) as covered
    from targeted
    left join covered on covered.household_key = targeted.household_key
    group by targeted.desa_key, targeted.program_key
)
select
    desa.desa_code,
    desa.desa_name,
    program.program_code,
    program.program_name,
    counted.targeted,
    counted.covered,
    -- A desa from which no visit ever came is "no data", which is not 0 %.
    case when heard.desa_key is not null then cast(counted.covered as double) / counted.targeted end
        as coverage
from counted
left join heard on heard.desa_key = counted.desa_key
inner join desa on desa.desa_key = counted.desa_key
inner join program on program.program_key = counted.program_key
where (len($desa) = 0 or list_contains($desa, desa.desa_code))
  and (len($programs) = 0 or list_contains($programs, program.program_code))
order by desa.desa_code, program.program_code;
