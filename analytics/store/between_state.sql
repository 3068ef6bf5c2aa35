-- between_state: the tables as they would be if only the kinds and parts in `switched` were of the
-- later version, and everything else still of the earlier one; see between_staged.sql.
delete from household;
insert into household by name
select
    key_of_household.household_key,
    desa.desa_key,
    row_of.* exclude (part, side, household_id, desa_code),
    row_of.household_id
from staged_household as row_of
inner join key_of_household on key_of_household.household_id = row_of.household_id
inner join desa on desa.desa_code = row_of.desa_code
left join switched on switched.kind = 'household' and switched.part = row_of.part
where row_of.side = case when switched.kind is null then 'earlier' else 'later' end;

delete from visit;
insert into visit by name
select household.household_key, row_of.* exclude (part, side, household_id)
from staged_visit as row_of
inner join household on household.household_id = row_of.household_id
left join switched on switched.kind = 'visit' and switched.part = row_of.part
where row_of.side = case when switched.kind is null then 'earlier' else 'later' end;

delete from target;
insert into target by name
select
    household.household_key,
    key_of_program.program_key,
    row_of.* exclude (part, side, household_id, program_code)
from staged_target as row_of
inner join household on household.household_id = row_of.household_id
inner join key_of_program on key_of_program.program_code = row_of.program_code
left join switched on switched.kind = 'target' and switched.part = row_of.part
where row_of.side = case when switched.kind is null then 'earlier' else 'later' end;

delete from barrier;
insert into barrier by name
select
    desa.desa_key,
    household.household_key,
    row_of.* exclude (part, side, household_id, desa_code)
from staged_barrier as row_of
inner join desa on desa.desa_code = row_of.desa_code
left join household on household.household_id = row_of.household_id
left join switched on switched.kind = 'barrier' and switched.part = row_of.part
where row_of.side = case when switched.kind is null then 'earlier' else 'later' end;

delete from barrier_status;
insert into barrier_status by name
select row_of.* exclude (part, side)
from staged_status as row_of
left join switched on switched.kind = 'barrier' and switched.part = row_of.part
where row_of.side = case when switched.kind is null then 'earlier' else 'later' end;

-- Programs and assistants are those of the earlier version, and new ones once a row names them.
delete from program;
insert into program by name
select key_of_program.program_key, named.* exclude (program_key)
from (
    from earlier.program
    union all
    from later.program
    where program_code not in (select program_code from earlier.program)
) as named
inner join key_of_program on key_of_program.program_code = named.program_code
where named.program_code in (select program_code from earlier.program)
   or key_of_program.program_key in (select program_key from target)
   or named.program_code in (select unnest(programs) from visit);

delete from assistant;
insert into assistant by name (
    from earlier.assistant
    union all
    from later.assistant
    where assistant_id not in (select assistant_id from earlier.assistant)
      and assistant_id in (select assistant_id from visit)
);
