-- workload: how many doors does each assistant reach in a week?
-- Grain: one row per assistant who works in the chosen desa or visited there up to the day.
-- Visits are attempts at a door, whatever came of them; contacts are household-days met. The
-- choice of programs does not matter here: it is the whole of an assistant's work in these desa.
-- Parameters: $as_of, $window_start (exclusive), $desa (empty = all).
with chosen_desa as (
    select desa_key, desa_code, desa_name
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
made as (
    select
        visit.assistant_id,
        visit.household_key,
        visit.visited_on,
        visit.outcome,
        visit.visited_on > $window_start as in_window,
        date_diff('day', visit.visited_on, $as_of) as days_ago
    from visit
    inner join household on household.household_key = visit.household_key
    where visit.visited_on <= $as_of
      and household.desa_key in (select desa_key from chosen_desa)
),
visited as (
    select
        assistant_id,
        sum(case when in_window then 1 else 0 end) as visits,
        max(visited_on) as last_visit_on,
        sum(case when days_ago between 49 and 55 then 1 else 0 end) as week_8,
        sum(case when days_ago between 42 and 48 then 1 else 0 end) as week_7,
        sum(case when days_ago between 35 and 41 then 1 else 0 end) as week_6,
        sum(case when days_ago between 28 and 34 then 1 else 0 end) as week_5,
        sum(case when days_ago between 21 and 27 then 1 else 0 end) as week_4,
        sum(case when days_ago between 14 and 20 then 1 else 0 end) as week_3,
        sum(case when days_ago between 7 and 13 then 1 else 0 end) as week_2,
        sum(case when days_ago between 0 and 6 then 1 else 0 end) as week_1
    from made
    group by assistant_id
),
met as (
    select assistant_id, count(*) as contacts
    from (
        select distinct assistant_id, household_key, visited_on
        from made
        where in_window and outcome = 'bertemu'
    )
    group by assistant_id
),
works_in as (
    select place.assistant_id, list(distinct chosen_desa.desa_name order by chosen_desa.desa_name)
        as desa_names
    from (select assistant_id, unnest(desa_codes) as desa_code from assistant) as place
    inner join chosen_desa on chosen_desa.desa_code = place.desa_code
    group by place.assistant_id
)
select
    coalesce(works_in.assistant_id, visited.assistant_id) as assistant_id,
    assistant.assistant_name,
    coalesce(works_in.desa_names, cast([] as text[])) as desa_names,
    cast(coalesce(visited.visits, 0) as integer) as visits,
    cast(coalesce(met.contacts, 0) as integer) as contacts,
    visited.last_visit_on,
    [
        coalesce(week_8, 0), coalesce(week_7, 0), coalesce(week_6, 0), coalesce(week_5, 0),
        coalesce(week_4, 0), coalesce(week_3, 0), coalesce(week_2, 0), coalesce(week_1, 0)
    ] as weeks
from works_in
full outer join visited on visited.assistant_id = works_in.assistant_id
left join met on met.assistant_id = visited.assistant_id
left join assistant
    on assistant.assistant_id = coalesce(works_in.assistant_id, visited.assistant_id)
order by assistant_id;
