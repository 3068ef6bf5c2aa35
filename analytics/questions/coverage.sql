-- coverage: of the active households of each desa, how many were met in the window up to a day?
-- Grain: one row per desa, those without data included.
-- Parameters: $as_of (date, inclusive), $window_start (date, exclusive = as_of − window),
--   $desa (list of codes, empty = all), $programs (empty = all households, else only those that
--   any of them targets on the day), $waiting_after_days, $small_desa_households.
with targeted as (
    select reach.household_key
    from reach
    inner join program on program.program_key = reach.program_key
    where list_contains($programs, program.program_code)
      and reach.targeted_from <= $as_of
      and reach.targeted_until > $as_of
),
active as (
    select desa_key, count(*) as active
    from household
    where registered_on <= $as_of
      and (ended_on is null or ended_on > $as_of)
      and (len($programs) = 0 or household_key in (select household_key from targeted))
    group by desa_key
),
covered as (
    -- Each contact is the last one of an active household on [active_from, active_until).
    select desa_key, count(*) as covered
    from contact
    where active_from <= $as_of
      and active_until > $as_of
      and visited_on > $window_start
      and (len($programs) = 0 or household_key in (select household_key from targeted))
    group by desa_key
),
heard as (
    select desa_key, max(visited_on) as data_through
    from desa_day
    where visited_on <= $as_of
    group by desa_key
),
counted as (
    select
        desa.desa_code,
        desa.desa_name,
        coalesce(active.active, 0) as active,
        coalesce(covered.covered, 0) as covered,
        heard.data_through,
        date_diff('day', heard.data_through, $as_of) as days_since_data,
        desa.lon,
        desa.lat,
        desa.area_km2
    from desa
    left join active on active.desa_key = desa.desa_key
    left join covered on covered.desa_key = desa.desa_key
    left join heard on heard.desa_key = desa.desa_key
    where len($desa) = 0 or list_contains($desa, desa.desa_code)
),
judged as (
    select
        *,
        -- A desa from which no visit ever came is "no data", which is not 0 %.
        case when data_through is not null then cast(covered as double) / nullif(active, 0) end
            as coverage,
        case
            when active = 0 or data_through is null then 'no_data'
            when days_since_data > $waiting_after_days then 'waiting'
            when active < $small_desa_households then 'small'
            else 'ok'
        end as state
    from counted
)
select
    desa_code,
    desa_name,
    active,
    covered,
    coverage,
    data_through,
    days_since_data,
    state,
    case when state = 'ok' then rank() over (partition by state order by coverage desc) end as rank,
    lon,
    lat,
    area_km2
from judged
order by desa_code;
