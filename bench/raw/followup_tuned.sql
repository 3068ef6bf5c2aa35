-- The due dates of questions/followup.sql, from raw visits, with the desa filter pushed down by hand.
with active as (
    select household.*
    from household
    inner join desa on desa.desa_key = household.desa_key
    where list_contains($desa, desa.desa_code)
      and household.registered_on <= $as_of
      and (household.ended_on is null or household.ended_on > $as_of)
),
met as (
    select visit.household_key, visit.visited_on, max(visit.next_visit_on) as scheduled_on
    from visit
    inner join active on active.household_key = visit.household_key
    where visit.outcome = 'bertemu'
      and visit.visited_on <= $as_of
    group by visit.household_key, visit.visited_on
),
last_contact as (
    select household_key, max(visited_on) as visited_on
    from met
    group by household_key
),
scheduled as (
    select met.household_key, met.visited_on, met.scheduled_on
    from met
    inner join last_contact
        on last_contact.household_key = met.household_key
       and last_contact.visited_on = met.visited_on
)
select
    active.household_id,
    scheduled.visited_on as last_contact_on,
    coalesce(
        scheduled.scheduled_on,
        coalesce(scheduled.visited_on, active.registered_on) + cast(
            case active.priority
                when 'tinggi' then $cadence_tinggi
                when 'sedang' then $cadence_sedang
                else $cadence_rendah
            end as integer
        )
    ) as due_on
from active
left join scheduled on scheduled.household_key = active.household_key
order by active.household_id;
