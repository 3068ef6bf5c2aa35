-- quality_household: of which active households is something missing? Flags as in quality_visit.sql.
-- Grain: one row per active household. Parameters: $as_of, $desa.
select
    household.household_id,
    desa.desa_code,
    desa.desa_name,
    household.registered_on,
    household.desil is null as no_desil,
    household.rt is null as no_rt
from household
inner join desa on desa.desa_key = household.desa_key
where household.registered_on <= $as_of
  and (household.ended_on is null or household.ended_on > $as_of)
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
order by household.household_id;
