-- Remembers the households whose visits are about to change: the new and the former one.
insert into touched
select household_key from judged where verdict in ('new', 'changed')
union
select old_household_key from judged where verdict = 'changed';
