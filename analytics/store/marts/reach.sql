-- reach: when did each target first see an attempt, a contact and a receipt?
-- Grain: target (household × program × start). Scope: the households in `touched`. Reads: receipt.
--
-- The start of a target is fixed, so "any visit from the start to d" is "first visit since the
-- start <= d". A target counts on [targeted_from, targeted_until): started, not ended, active.
delete from reach
where household_key in (select household_key from touched);

insert into reach
with visited as (
    select
        target.household_key,
        target.program_key,
        target.starts_on,
        min(visit.visited_on) as attempted_on,
        min(case when visit.outcome = 'bertemu' then visit.visited_on end) as met_on
    from target
    inner join visit
        on visit.household_key = target.household_key
       and visit.visited_on >= target.starts_on
    where target.household_key in (select household_key from touched)
    group by target.household_key, target.program_key, target.starts_on
),
received as (
    select
        target.household_key,
        target.program_key,
        target.starts_on,
        min(receipt.received_on) as received_on
    from target
    inner join receipt
        on receipt.household_key = target.household_key
       and receipt.program_key = target.program_key
       and receipt.received_on >= target.starts_on
    where target.household_key in (select household_key from touched)
    group by target.household_key, target.program_key, target.starts_on
)
select
    household.desa_key,
    target.program_key,
    target.household_key,
    target.starts_on,
    greatest(target.starts_on, household.registered_on) as targeted_from,
    least(
        coalesce(target.ends_on, date '9999-12-31'),
        coalesce(household.ended_on, date '9999-12-31')
    ) as targeted_until,
    visited.attempted_on,
    visited.met_on,
    received.received_on
from target
inner join household on household.household_key = target.household_key
left join visited
    on visited.household_key = target.household_key
   and visited.program_key = target.program_key
   and visited.starts_on = target.starts_on
left join received
    on received.household_key = target.household_key
   and received.program_key = target.program_key
   and received.starts_on = target.starts_on
where target.household_key in (select household_key from touched)
order by household.desa_key, target.household_key, target.program_key, target.starts_on;
