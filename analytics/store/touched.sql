-- touched_desa: which desa do the touched households belong to now? (Where they came from was
-- remembered before the change.) Grain: appended rows; duplicates do no harm.
insert into touched_desa
select distinct household.desa_key
from household
inner join touched on touched.household_key = household.household_key;
