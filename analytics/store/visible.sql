-- visible: which of some ids belong to rows of this database?
-- Grain: one row per id. Parameters: $kind (keluarga | kunjungan | hambatan), $ids.
select household_id as id
from household
where $kind = 'keluarga' and list_contains($ids, household_id)
union all
select visit_id as id
from visit
where $kind = 'kunjungan' and list_contains($ids, visit_id)
union all
select barrier_id as id
from barrier
where $kind = 'hambatan' and list_contains($ids, barrier_id);
