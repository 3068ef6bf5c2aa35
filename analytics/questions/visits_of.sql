-- visits_of: the visits of some households up to a day, without who made them.
-- Grain: one row per visit. Parameters: $household_ids, $as_of.
select
    household.household_id,
    visit.visited_on,
    visit.outcome,
    len(visit.programs) as programs_received,
    visit.benefit
from visit
inner join household on household.household_key = visit.household_key
where list_contains($household_ids, household.household_id)
  and visit.visited_on <= $as_of
order by household.household_id, visit.visited_on, visit.visit_id;
