-- trend: how did coverage develop, at the end of each month?
-- Grain: one row per day in $month_ends. Parameters: $month_ends (dates), $window_days, $desa.
--
-- Every contact covers its household on [active_from, least(active_until, visited_on + window)):
-- +1 on the first day, −1 on the day after the last, and a running sum gives any day at once.
with chosen_desa as (
    select desa_key
    from desa
    where list_contains($desa, desa_code)
),
heard as (
    -- Until the first visit came there is no data, which is not 0 %.
    select min(visited_on) as first_on
    from desa_day
    where len($desa) = 0 or desa_key in (select desa_key from chosen_desa)
),
month as (
    select unnest($month_ends) as month_end
),
spell as (
    select
        active_from as from_on,
        least(active_until, visited_on + cast($window_days as integer)) as until_on
    from contact
    where len($desa) = 0 or desa_key in (select desa_key from chosen_desa)
),
covered_change as (
    select from_on as on_date, count(*) as change
    from spell
    where from_on < until_on
    group by from_on
    union all
    select until_on as on_date, -count(*) as change
    from spell
    where from_on < until_on
    group by until_on
),
active_change as (
    select registered_on as on_date, count(*) as change
    from household
    where len($desa) = 0 or desa_key in (select desa_key from chosen_desa)
    group by registered_on
    union all
    select greatest(ended_on, registered_on) as on_date, -count(*) as change
    from household
    where ended_on is not null
      and (len($desa) = 0 or desa_key in (select desa_key from chosen_desa))
    group by greatest(ended_on, registered_on)
),
covered as (
    select month.month_end, sum(covered_change.change) as covered
    from month
    inner join covered_change on covered_change.on_date <= month.month_end
    group by month.month_end
),
active as (
    select month.month_end, sum(active_change.change) as active
    from month
    inner join active_change on active_change.on_date <= month.month_end
    group by month.month_end
)
select
    month.month_end,
    cast(coalesce(active.active, 0) as bigint) as active,
    cast(coalesce(covered.covered, 0) as bigint) as covered,
    case when heard.first_on <= month.month_end
        then cast(coalesce(covered.covered, 0) as double) / nullif(active.active, 0) end as coverage
from month
cross join heard
left join active on active.month_end = month.month_end
left join covered on covered.month_end = month.month_end
order by month.month_end;
