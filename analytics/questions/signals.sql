-- signals: how many barriers were opened in each week, per desa, category and assistant?
-- Grain: one row per desa × category × assistant × week with at least one barrier. Weeks go from
-- Monday to Sunday and are counted back from the week of the day (0). A barrier that no visit
-- noted has no assistant. Parameters: $as_of, $signal_weeks.
with dated as (
    select
        barrier.desa_key,
        barrier.category,
        barrier.visit_id,
        cast(floor(
            (date_diff('day', barrier.opened_on, $as_of) + 7 - extract(isodow from $as_of)) / 7.0
        ) as integer) as weeks_ago
    from barrier
    where barrier.opened_on <= $as_of
)
select
    desa.desa_code,
    dated.category,
    visit.assistant_id,
    dated.weeks_ago,
    cast(count(*) as integer) as barriers
from dated
inner join desa on desa.desa_key = dated.desa_key
left join visit on visit.visit_id = dated.visit_id
where dated.weeks_ago < $signal_weeks
group by desa.desa_code, dated.category, visit.assistant_id, dated.weeks_ago
order by desa.desa_code, dated.category, visit.assistant_id, dated.weeks_ago;
