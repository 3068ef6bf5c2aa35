-- Remembers the households whose targets are about to change.
insert into touched
select distinct household_key from judged where verdict in ('new', 'changed');
