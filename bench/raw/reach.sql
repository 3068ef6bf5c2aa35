-- The answer of questions/reach.sql, from the raw visits and targets alone.
with active as (
    select household_key
    from household
    where registered_on <= $as_of
      and (ended_on is null or ended_on > $as_of)
),
targeted as (
    select target.program_key, target.household_key, min(target.starts_on) as starts_on
    from target
    inner join active on active.household_key = target.household_key
    where target.starts_on <= $as_of
      and (target.ends_on is null or target.ends_on > $as_of)
    group by target.program_key, target.household_key
),
progress as (
    select
        targeted.program_key,
        targeted.household_key,
        count(visit.household_key) > 0 as attempted,
        coalesce(bool_or(visit.outcome = 'bertemu'), false) as met,
        coalesce(bool_or(list_contains(visit.programs, program.program_code)), false) as received,
        max_by(
            visit.benefit,
            (visit.visited_on, -visit.benefit)
        ) filter (
            where list_contains(visit.programs, program.program_code) and visit.benefit is not null
        ) as latest_benefit
    from targeted
    inner join program on program.program_key = targeted.program_key
    left join visit
        on visit.household_key = targeted.household_key
       and visit.visited_on >= targeted.starts_on
       and visit.visited_on <= $as_of
    group by targeted.program_key, targeted.household_key
),
received as (
    select distinct visit.household_key, program.program_key
    from (
        select household_key, unnest(programs) as program_code
        from visit
        where visited_on <= $as_of
    ) as visit
    inner join program on program.program_code = visit.program_code
    inner join active on active.household_key = visit.household_key
),
outside as (
    select received.program_key, count(*) as received_outside_target
    from received
    left join targeted
        on targeted.program_key = received.program_key
       and targeted.household_key = received.household_key
    where targeted.household_key is null
    group by received.program_key
)
select
    program.program_code,
    count(progress.household_key) as targeted,
    count(case when progress.attempted then 1 end) as attempted,
    count(case when progress.met then 1 end) as met,
    count(case when progress.received then 1 end) as received,
    count(case when progress.latest_benefit >= 4 then 1 end) as benefited,
    coalesce(max(outside.received_outside_target), 0) as received_outside_target
from program
left join progress on progress.program_key = program.program_key
left join outside on outside.program_key = program.program_key
group by program.program_code
order by program.program_code;
