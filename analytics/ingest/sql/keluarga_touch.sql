-- Remembers the households that are about to change and the desa they come from.
insert into touched
select household_key from judged where verdict = 'changed';
