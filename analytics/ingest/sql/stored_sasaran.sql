-- stored_sasaran: of which programs is a household a target, according to the store?
-- Grain: one row per target, newest first. Parameters: $household_id.
select household.household_id, program.program_code, target.starts_on, target.ends_on
from target
inner join household on household.household_key = target.household_key
inner join program on program.program_key = target.program_key
where household.household_id = $household_id
order by target.starts_on desc, program.program_code;
