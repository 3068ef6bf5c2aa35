-- signals_exposure: how many households were met in each week, per desa and per assistant?
-- Grain: one row per desa × week with a visit and one per assistant × week with a contact. Weeks
-- as in signals.sql; visits are attempts at a door (an assistant's are not asked for), contacts
-- are household-days met. Parameters: $as_of, $signal_weeks.
with per_desa as (
    select
        desa.desa_code as unit,
        desa_day.visits,
        desa_day.contacts,
        cast(floor(
            (date_diff('day', desa_day.visited_on, $as_of) + 7 - extract(isodow from $as_of)) / 7.0
        ) as integer) as weeks_ago
    from desa_day
    inner join desa on desa.desa_key = desa_day.desa_key
    where desa_day.visited_on <= $as_of
),
per_assistant as (
    select
        assistant_id as unit,
        cast(floor(
            (date_diff('day', visited_on, $as_of) + 7 - extract(isodow from $as_of)) / 7.0
        ) as integer) as weeks_ago
    from contact
    where visited_on <= $as_of
)
select
    'desa' as kind,
    unit,
    weeks_ago,
    cast(sum(visits) as integer) as visits,
    cast(sum(contacts) as integer) as contacts
from per_desa
where weeks_ago < $signal_weeks
group by unit, weeks_ago
union all
select
    'assistant' as kind,
    unit,
    weeks_ago,
    cast(count(*) as integer) as visits,
    cast(count(*) as integer) as contacts
from per_assistant
where weeks_ago < $signal_weeks
group by unit, weeks_ago
order by kind, unit, weeks_ago;
