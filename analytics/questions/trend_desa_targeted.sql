-- trend_desa_targeted: as `trend_desa`, counting at each month's end only targets of programs.
-- Grain: desa × day in $month_ends. Parameters: as `trend_desa`, and $programs (not empty).
with chosen_desa as (
    select desa_key, desa_code, desa_name
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
month as (
    select unnest($month_ends) as month_end
),
targeted as (
    select distinct month.month_end, reach.desa_key, reach.household_key
    from reach
    inner join program on program.program_key = reach.program_key
    inner join month
        on reach.targeted_from <= month.month_end
       and reach.targeted_until > month.month_end
    where list_contains($programs, program.program_code)
      and reach.desa_key in (select desa_key from chosen_desa)
),
dated as (
    select
        targeted.desa_key,
        targeted.month_end,
        contact.visited_on,
        coalesce(
            contact.scheduled_on,
            coalesce(contact.visited_on, household.registered_on)
                + cast(case household.priority when 'tinggi' then $cadence_tinggi
                    when 'sedang' then $cadence_sedang else $cadence_rendah end as integer)
        ) as due_on
    from targeted
    inner join household on household.household_key = targeted.household_key
    -- The last contact up to the month's end, if there is one.
    left join contact
        on contact.household_key = targeted.household_key
       and contact.visited_on <= targeted.month_end
       and contact.next_on > targeted.month_end
),
counted as (
    select
        desa_key,
        month_end,
        count(*) as active,
        sum(case when visited_on + cast($window_days as integer) > month_end then 1 else 0 end)
            as covered,
        sum(case when due_on < month_end then 1 else 0 end) as past_due
    from dated
    group by desa_key, month_end
)
select
    chosen_desa.desa_code,
    chosen_desa.desa_name,
    month.month_end,
    cast(coalesce(counted.active, 0) as bigint) as active,
    cast(coalesce(counted.covered, 0) as bigint) as covered,
    cast(coalesce(counted.past_due, 0) as bigint) as past_due
from chosen_desa
cross join month
left join counted
    on counted.desa_key = chosen_desa.desa_key and counted.month_end = month.month_end
order by chosen_desa.desa_code, month.month_end;
