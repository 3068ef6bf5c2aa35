-- household_places: where is each household, the ended ones included?
-- Grain: one row per household.
select
    household.household_id,
    desa.desa_name,
    household.rt,
    household.ended_on
from household
inner join desa on desa.desa_key = household.desa_key
order by household.household_id;
