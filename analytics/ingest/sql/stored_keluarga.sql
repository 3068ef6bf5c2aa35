-- stored_keluarga: what does the store hold of a household, in its own words?
-- Grain: one row per household. Parameters: $household_id.
select household.*, desa.desa_code
from household
inner join desa on desa.desa_key = household.desa_key
where household.household_id = $household_id;
