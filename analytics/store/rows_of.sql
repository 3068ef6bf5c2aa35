-- Which rows of the vault belong to these households?
-- grain: row of the vault; parameters: $households

with wanted as (
    select household_key, household_id
    from household
    where list_contains($households, household_id)
)
select 'keluarga' as kind, household_id as id, household_id
from wanted
union all
select 'kunjungan', visit_id, household_id
from visit
join wanted using (household_key)
union all
select 'hambatan', barrier_id, household_id
from barrier
join wanted using (household_key)
