-- concentration: active households by desa, desil and number of vulnerabilities; how many of them
--   were met in the window, are past due, are meant to get a program, and got one?
-- Grain: desa × desil (missing = not recorded) × number of vulnerabilities.
-- Parameters: $as_of, $window_start, $desa, $programs (empty = all households and all programs;
--   else the targets of any of them, and only these programs for what was received),
--   $cadence_tinggi, $cadence_sedang, $cadence_rendah (days).
with meant_for as (
    select
        reach.household_key,
        max(case when reach.received_on <= $as_of then 1 else 0 end) as received
    from reach
    inner join program on program.program_key = reach.program_key
    where reach.targeted_from <= $as_of
      and reach.targeted_until > $as_of
      and (len($programs) = 0 or list_contains($programs, program.program_code))
    group by reach.household_key
),
last_contact as (
    select household_key, visited_on, scheduled_on
    from contact
    where visited_on <= $as_of
      and next_on > $as_of
),
active as (
    select
        desa.desa_code,
        household.desil,
        len(household.vulnerabilities) as vulnerabilities,
        case when last_contact.visited_on > $window_start then 1 else 0 end as covered,
        case
            when coalesce(
                last_contact.scheduled_on,
                coalesce(last_contact.visited_on, household.registered_on)
                    + cast(case household.priority when 'tinggi' then $cadence_tinggi
                        when 'sedang' then $cadence_sedang else $cadence_rendah end as integer)
            ) < $as_of then 1
            else 0
        end as past_due,
        case when meant_for.household_key is null then 0 else 1 end as targeted,
        coalesce(meant_for.received, 0) as received
    from household
    inner join desa on desa.desa_key = household.desa_key
    left join last_contact on last_contact.household_key = household.household_key
    left join meant_for on meant_for.household_key = household.household_key
    where household.registered_on <= $as_of
      and (household.ended_on is null or household.ended_on > $as_of)
      and (len($desa) = 0 or list_contains($desa, desa.desa_code))
      and (len($programs) = 0 or meant_for.household_key is not null)
)
select
    desa_code,
    desil,
    vulnerabilities,
    count(*) as active,
    cast(sum(covered) as bigint) as covered,
    cast(sum(past_due) as bigint) as past_due,
    cast(sum(targeted) as bigint) as targeted,
    cast(sum(received) as bigint) as received
from active
group by desa_code, desil, vulnerabilities
order by desa_code, desil, vulnerabilities;
