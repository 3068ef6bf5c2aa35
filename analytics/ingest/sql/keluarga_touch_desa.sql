-- Remembers the desa of changed households before the change (they may move).
insert into touched_desa
select household.desa_key
from household
inner join judged on judged.household_key = household.household_key
where judged.verdict = 'changed';
