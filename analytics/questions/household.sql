-- household: what happened to one household, day by day?
-- Grain: one row per event up to the day, newest first. A barrier says who owns it, and for how
-- many days it was open, up to its closing or the day. Parameters: $as_of, $household_id.
with chosen as (
    select * from household where household_id = $household_id
),
event as (
    select registered_on as on_date, 'registered' as event, null as detail,
        null as assistant_id, cast([] as text[]) as programs, null as benefit,
        cast(null as date) as next_visit_on, cast([] as text[]) as barriers, null as visit_id,
        null as barrier_id, null as agency, cast(null as integer) as days_open
    from chosen
    union all
    select ended_on, 'ended', end_reason, null, [], null, null, [], null, null, null, null
    from chosen
    where ended_on is not null
    union all
    select visit.visited_on, visit.outcome, null, visit.assistant_id, visit.programs,
        visit.benefit, visit.next_visit_on, visit.barriers, visit.visit_id, null, null, null
    from visit
    inner join chosen on chosen.household_key = visit.household_key
    union all
    select target.starts_on, 'target_started', program.program_name, null,
        [program.program_code], null, null, [], null, null, null, null
    from target
    inner join chosen on chosen.household_key = target.household_key
    inner join program on program.program_key = target.program_key
    union all
    select target.ends_on, 'target_ended', program.program_name, null,
        [program.program_code], null, null, [], null, null, null, null
    from target
    inner join chosen on chosen.household_key = target.household_key
    inner join program on program.program_key = target.program_key
    where target.ends_on is not null
    union all
    select barrier.opened_on, 'barrier_opened', barrier.agency, null, [], null, null,
        [barrier.category], barrier.visit_id, barrier.barrier_id, barrier.agency,
        date_diff('day', barrier.opened_on, least(coalesce(barrier.closed_on, $as_of), $as_of))
    from barrier
    inner join chosen on chosen.household_key = barrier.household_key
    union all
    select barrier.closed_on, 'barrier_closed', barrier.solution, null, [], null, null,
        [barrier.category], barrier.visit_id, barrier.barrier_id, barrier.agency,
        date_diff('day', barrier.opened_on, barrier.closed_on)
    from barrier
    inner join chosen on chosen.household_key = barrier.household_key
    where barrier.closed_on is not null
)
select
    on_date, event, detail, assistant_id, programs, benefit, next_visit_on, barriers, visit_id,
    barrier_id, agency, days_open
from event
where on_date <= $as_of
order by on_date desc, event, visit_id, barrier_id;
