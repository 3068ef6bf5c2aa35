-- outside: while has an active household received a program without being its target?
-- Grain: household × program × spell; spells do not overlap. Scope: the households in `touched`.
-- Reads: receipt, reach. A spell starts with the first receipt, or when a target ends later.
delete from outside
where household_key in (select household_key from touched);

insert into outside
with first_day as (
    select household_key, program_key, min(received_on) as received_on
    from receipt
    where household_key in (select household_key from touched)
    group by household_key, program_key
),
received as (
    select
        household.desa_key,
        first_day.program_key,
        first_day.household_key,
        greatest(first_day.received_on, household.registered_on) as from_on,
        coalesce(household.ended_on, date '9999-12-31') as until_on
    from first_day
    inner join household on household.household_key = first_day.household_key
),
blocked as (
    select reach.household_key, reach.program_key, reach.targeted_from, reach.targeted_until
    from reach
    inner join received
        on received.household_key = reach.household_key
       and received.program_key = reach.program_key
    union all
    select household_key, program_key, date '9999-12-31', date '9999-12-31'
    from received
),
free as (
    select
        household_key,
        program_key,
        coalesce(
            lag(targeted_until) over (
                partition by household_key, program_key
                order by targeted_from, targeted_until
            ),
            date '1900-01-01'
        ) as free_from,
        targeted_from as free_until
    from blocked
),
spell as (
    select
        received.desa_key,
        received.program_key,
        received.household_key,
        greatest(free.free_from, received.from_on) as outside_from,
        least(free.free_until, received.until_on) as outside_until
    from free
    inner join received
        on received.household_key = free.household_key
       and received.program_key = free.program_key
)
select desa_key, program_key, household_key, outside_from, outside_until
from spell
where outside_from < outside_until
order by desa_key, household_key, program_key, outside_from;
