-- quality_visit: which visits of the window does a rule of data quality look at, and find?
-- Grain: one row per visit. For each rule a flag: true = found, false = looked at and fine,
--   null = the rule has nothing to say about this visit.
-- Parameters: $as_of, $window_start, $desa, $round_days.
select
    visit.visit_id,
    household.household_id,
    desa.desa_code,
    desa.desa_name,
    visit.assistant_id,
    visit.visited_on,
    visit.outcome,
    case when len(visit.programs) > 0 then visit.benefit is null end as no_benefit,
    case when visit.outcome = 'bertemu' then visit.next_visit_on is null end as no_next_visit,
    row_number() over (
        partition by visit.household_key, visit.visited_on, visit.assistant_id, visit.outcome
        order by visit.visit_id
    ) > 1 as same_day_twice,
    visit.outcome = 'bertemu' as all_met,
    list_contains($round_days, day(visit.visited_on)) as round_day
from visit
inner join household on household.household_key = visit.household_key
inner join desa on desa.desa_key = household.desa_key
where visit.visited_on > $window_start
  and visit.visited_on <= $as_of
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
order by visit.visited_on, visit.visit_id;
