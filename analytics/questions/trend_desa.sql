-- trend_desa: how many households of each desa were active, covered and past due, at the end of
--   each month?
-- Grain: desa × day in $month_ends. Parameters: $month_ends (dates, in order), $window_days,
--   $desa (empty = all), $cadence_tinggi, $cadence_sedang, $cadence_rendah (days).
--
-- Each state of a household lasts from one day to another: +1 on the first, −1 on the day after
-- the last. Each change is put to the first month's end that sees it; a running sum gives them all.
with chosen_desa as (
    select desa_key, desa_code, desa_name
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
month as (
    select
        month_end,
        coalesce(lag(month_end) over (order by month_end), date '0001-01-01') as after
    from (select unnest($month_ends) as month_end) as days
),
first_contact as (
    select household_key, min(visited_on) as first_on
    from contact
    group by household_key
),
spell as (
    select
        desa_key, 'active' as state, registered_on as from_on,
        coalesce(ended_on, date '9999-12-31') as until_on
    from household
    union all
    select
        desa_key, 'covered', active_from,
        least(active_until, visited_on + cast($window_days as integer))
    from contact
    union all
    -- Due on the appointed day, else one cadence after the last contact; past due the day after.
    select
        desa_key, 'past_due',
        greatest(active_from, 1 + coalesce(
            scheduled_on,
            visited_on + cast(case priority when 'tinggi' then $cadence_tinggi
                when 'sedang' then $cadence_sedang else $cadence_rendah end as integer)
        )),
        active_until
    from contact
    union all
    -- Never met so far: due one cadence after the registration.
    select
        household.desa_key, 'past_due',
        household.registered_on + cast(case household.priority when 'tinggi' then $cadence_tinggi
            when 'sedang' then $cadence_sedang else $cadence_rendah end as integer) + 1,
        least(coalesce(household.ended_on, date '9999-12-31'),
            coalesce(first_contact.first_on, date '9999-12-31'))
    from household
    left join first_contact on first_contact.household_key = household.household_key
),
change as (
    select desa_key, state, from_on as on_date, 1 as step from spell where from_on < until_on
    union all
    select desa_key, state, until_on as on_date, -1 as step from spell where from_on < until_on
),
per_month as (
    select
        change.desa_key,
        month.month_end,
        sum(case when state = 'active' then step else 0 end) as active,
        sum(case when state = 'covered' then step else 0 end) as covered,
        sum(case when state = 'past_due' then step else 0 end) as past_due
    from change
    inner join month on change.on_date > month.after and change.on_date <= month.month_end
    group by change.desa_key, month.month_end
)
select
    chosen_desa.desa_code, chosen_desa.desa_name, month.month_end,
    cast(coalesce(sum(per_month.active) over so_far, 0) as bigint) as active,
    cast(coalesce(sum(per_month.covered) over so_far, 0) as bigint) as covered,
    cast(coalesce(sum(per_month.past_due) over so_far, 0) as bigint) as past_due
from chosen_desa
cross join month
left join per_month
    on per_month.desa_key = chosen_desa.desa_key and per_month.month_end = month.month_end
window so_far as (
    partition by chosen_desa.desa_key order by month.month_end
    rows between unbounded preceding and current row
)
order by chosen_desa.desa_code, month.month_end;
