-- quality_trace: when in the day, where, and how soon sent? Flags as in quality_visit.sql.
-- Grain: one row per visit of the window. A position is only a keyed fingerprint here.
-- Parameters: $as_of, $window_start, $desa, $late_days, $hurried_seconds, $night_from_hour,
--   $night_until_hour, $same_place_households.
with chosen as (
    select visit.*
    from visit
    inner join household on household.household_key = visit.household_key
    inner join desa on desa.desa_key = household.desa_key
    where visit.visited_on > $window_start
      and visit.visited_on <= $as_of
      and (len($desa) = 0 or list_contains($desa, desa.desa_code))
),
crowded as (
    -- Positions with many doors; one household visited often is no crowd.
    select place_fp, count(distinct household_key) as households
    from chosen
    where place_fp is not null
    group by place_fp
),
followed as (
    select
        chosen.*,
        lag(started_at) over (partition by assistant_id order by started_at, visit_id)
            as started_before,
        lag(household_key) over (partition by assistant_id order by started_at, visit_id)
            as household_before
    from chosen
    where started_at is not null
)
select
    chosen.visit_id,
    chosen.started_at,
    chosen.started_at is null as no_time,
    chosen.place_fp is null as no_position,
    case when chosen.sent_on is not null
        then date_diff('day', chosen.visited_on, chosen.sent_on) > $late_days end as late_sent,
    case when chosen.started_at is not null
        then coalesce(
            followed.household_before <> chosen.household_key
            and date_diff('second', followed.started_before, chosen.started_at)
                < $hurried_seconds,
            false
        ) end as hurried,
    case when chosen.started_at is not null
        then hour(chosen.started_at) >= $night_from_hour
            or hour(chosen.started_at) < $night_until_hour end as night,
    case when chosen.place_fp is not null
        then crowded.households >= $same_place_households end as same_place
from chosen
left join followed on followed.visit_id = chosen.visit_id
left join crowded on crowded.place_fp = chosen.place_fp
order by chosen.visit_id;
