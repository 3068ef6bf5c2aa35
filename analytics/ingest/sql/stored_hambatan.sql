-- stored_hambatan: what does the store hold of a barrier, or of all barriers of a household?
-- Grain: one row per barrier, newest first.
-- Parameters: $household_id, $barrier_id (one of them null).
select barrier.*, desa.desa_code, household.household_id
from barrier
inner join desa on desa.desa_key = barrier.desa_key
left join household on household.household_key = barrier.household_key
where ($barrier_id is null or barrier.barrier_id = $barrier_id)
  and ($household_id is null or household.household_id = $household_id)
order by barrier.opened_on desc, barrier.barrier_id;
