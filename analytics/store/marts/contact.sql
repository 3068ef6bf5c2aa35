-- contact: on which days was each household met, and until when was that its last contact?
-- Grain: household × day met. Scope: the households in `touched`.
--
-- The last contact as of a day d is the row with visited_on <= d < next_on, and the household is
-- active then on [active_from, active_until): a filter instead of a group-by over all visits.
delete from contact
where household_key in (select household_key from touched);

insert into contact
with met as (
    select
        visit.household_key,
        visit.visited_on,
        max(visit.next_visit_on) as scheduled_on,
        max(visit.assistant_id) as assistant_id
    from visit
    where visit.outcome = 'bertemu'
      and visit.household_key in (select household_key from touched)
    group by visit.household_key, visit.visited_on
),
followed as (
    select
        household_key,
        visited_on,
        scheduled_on,
        assistant_id,
        coalesce(
            lead(visited_on) over (partition by household_key order by visited_on),
            date '9999-12-31'
        ) as next_on
    from met
)
select
    household.desa_key,
    followed.household_key,
    household.priority,
    followed.visited_on,
    followed.next_on,
    followed.scheduled_on,
    followed.assistant_id,
    greatest(followed.visited_on, household.registered_on) as active_from,
    least(followed.next_on, coalesce(household.ended_on, date '9999-12-31')) as active_until
from followed
inner join household on household.household_key = followed.household_key
-- By quarter, then desa: coverage reads only the last quarters, a desa's list only its own rows.
order by
    date_trunc('quarter', followed.visited_on),
    household.desa_key,
    followed.household_key,
    followed.visited_on;
