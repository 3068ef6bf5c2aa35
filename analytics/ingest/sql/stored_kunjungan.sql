-- stored_kunjungan: what does the store hold of a visit, or of all visits to a household?
-- Grain: one row per visit, newest first. Parameters: $household_id, $visit_id (one of them null).
select visit.*, household.household_id
from visit
inner join household on household.household_key = visit.household_key
where ($visit_id is null or visit.visit_id = $visit_id)
  and ($household_id is null or household.household_id = $household_id)
order by visit.visited_on desc, visit.visit_id;
