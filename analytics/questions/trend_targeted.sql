-- trend_targeted: as `trend`, counting at each month's end only targets of given programs.
-- Grain: one row per day in $month_ends. Parameters: as `trend`, and $programs (not empty).
with chosen_desa as (
    select desa_key
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
heard as (
    -- Until the first visit came there is no data, which is not 0 %.
    select min(visited_on) as first_on
    from desa_day
    where desa_key in (select desa_key from chosen_desa)
),
month as (
    select unnest($month_ends) as month_end
),
targeted as (
    select distinct month.month_end, reach.household_key
    from reach
    inner join program on program.program_key = reach.program_key
    inner join month
        on reach.targeted_from <= month.month_end
       and reach.targeted_until > month.month_end
    where list_contains($programs, program.program_code)
      and reach.desa_key in (select desa_key from chosen_desa)
),
counted as (
    select
        targeted.month_end,
        count(*) as active,
        count(contact.household_key) as covered
    from targeted
    left join contact
        on contact.household_key = targeted.household_key
       and contact.active_from <= targeted.month_end
       and contact.active_until > targeted.month_end
       and contact.visited_on + cast($window_days as integer) > targeted.month_end
    group by targeted.month_end
)
select
    month.month_end,
    coalesce(counted.active, 0) as active,
    coalesce(counted.covered, 0) as covered,
    case when heard.first_on <= month.month_end
        then cast(counted.covered as double) / nullif(counted.active, 0) end as coverage
from month
cross join heard
left join counted on counted.month_end = month.month_end
order by month.month_end;
