-- freshness: up to which day has each desa sent its visits, and is it waiting for data?
-- Grain: one row per desa. Parameters: $as_of, $desa, $waiting_after_days.
with heard as (
    select
        desa_key,
        max(visited_on) as data_through,
        sum(visits) as visits_total,
        sum(case when date_diff('day', visited_on, $as_of) < 30 then visits else 0 end)
            as visits_last_30
    from desa_day
    where visited_on <= $as_of
    group by desa_key
)
select
    desa.desa_code,
    desa.desa_name,
    heard.data_through,
    date_diff('day', heard.data_through, $as_of) as days_since_data,
    cast(coalesce(heard.visits_total, 0) as bigint) as visits_total,
    cast(coalesce(heard.visits_last_30, 0) as bigint) as visits_last_30,
    case
        when heard.data_through is null then 'no_data'
        when date_diff('day', heard.data_through, $as_of) > $waiting_after_days then 'waiting'
        else 'ok'
    end as state
from desa
left join heard on heard.desa_key = desa.desa_key
where len($desa) = 0 or list_contains($desa, desa.desa_code)
order by desa.desa_code;
