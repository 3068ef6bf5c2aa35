-- between_staged: the rows of two versions (schemas `earlier` and `later`) side by side, by id.
-- Keys and numbers of imports may differ between the two (somebody went back to an older version
-- and imported on from there), so rows name each other by id here. `part` is why the two may
-- differ in the row (table `piece`); rows that are not in it are `rest`.
create table key_of_household as
select household_id, cast(row_number() over (order by household_id) as integer) as household_key
from (
    select household_id from earlier.household
    union
    select household_id from later.household
);

create table key_of_program as
select program_code, cast(row_number() over (order by program_code) as integer) as program_key
from (
    select program_code from earlier.program
    union
    select program_code from later.program
);

create table staged_household as
with both_sides as (
    select 'earlier' as side, household.*, desa.desa_code
    from earlier.household
    inner join earlier.desa on desa.desa_key = household.desa_key
    union all by name
    select 'later' as side, household.*, desa.desa_code
    from later.household
    inner join later.desa on desa.desa_key = household.desa_key
)

select coalesce(piece.part, 'rest') as part, both_sides.* exclude (household_key, desa_key)
from both_sides
left join piece on piece.kind = 'household' and piece.id = both_sides.household_id;

create table staged_visit as
with both_sides as (
    select 'earlier' as side, visit.*, household.household_id
    from earlier.visit
    inner join earlier.household on household.household_key = visit.household_key
    union all by name
    select 'later' as side, visit.*, household.household_id
    from later.visit
    inner join later.household on household.household_key = visit.household_key
)

select coalesce(piece.part, 'rest') as part, both_sides.* exclude (household_key)
from both_sides
left join piece on piece.kind = 'visit' and piece.id = both_sides.visit_id;

create table staged_target as
with both_sides as (
    select 'earlier' as side, target.*, household.household_id, program.program_code
    from earlier.target
    inner join earlier.household on household.household_key = target.household_key
    inner join earlier.program on program.program_key = target.program_key
    union all by name
    select 'later' as side, target.*, household.household_id, program.program_code
    from later.target
    inner join later.household on household.household_key = target.household_key
    inner join later.program on program.program_key = target.program_key
)

select coalesce(piece.part, 'rest') as part, both_sides.* exclude (household_key, program_key)
from both_sides
left join piece
    on piece.kind = 'target'
    and piece.id
    = both_sides.household_id || '/' || both_sides.program_code || '/'
    || cast(both_sides.starts_on as varchar);

create table staged_barrier as
with both_sides as (
    select 'earlier' as side, barrier.*, desa.desa_code, household.household_id
    from earlier.barrier
    inner join earlier.desa on desa.desa_key = barrier.desa_key
    left join earlier.household on household.household_key = barrier.household_key
    union all by name
    select 'later' as side, barrier.*, desa.desa_code, household.household_id
    from later.barrier
    inner join later.desa on desa.desa_key = barrier.desa_key
    left join later.household on household.household_key = barrier.household_key
)

select coalesce(piece.part, 'rest') as part, both_sides.* exclude (household_key, desa_key)
from both_sides
left join piece on piece.kind = 'barrier' and piece.id = both_sides.barrier_id;

create table staged_status as
with both_sides as (
    select 'earlier' as side, * from earlier.barrier_status
    union all by name
    select 'later' as side, * from later.barrier_status
)

select coalesce(piece.part, 'rest') as part, both_sides.*
from both_sides
left join piece on piece.kind = 'barrier' and piece.id = both_sides.barrier_id;

-- Which kinds and parts have a row that is really different, whatever wrote it? One that stands on
-- one side only.
create table step as
select 'household' as kind, part
from (
    select * exclude (side, batch_no, private_fp)
    from staged_household
    group by all
    having count(distinct side) = 1
)
union
select 'visit', part
from (
    select * exclude (side, batch_no, private_fp)
    from staged_visit
    group by all
    having count(distinct side) = 1
)
union
select 'target', part
from (
    select * exclude (side, batch_no)
    from staged_target
    group by all
    having count(distinct side) = 1
)
union
select 'barrier', part
from (
    select * exclude (side, batch_no, private_fp)
    from staged_barrier
    group by all
    having count(distinct side) = 1
)
union
select 'barrier', part
from (
    select * exclude (side, batch_no)
    from staged_status
    group by all
    having count(distinct side) = 1
);

create table switched (kind text not null, part text not null);
insert into meta by name (from earlier.meta);
insert into desa by name (from earlier.desa);
insert into batch by name (
    from earlier.batch
    union all by name
    select * from later.batch
    where batch_no > (select coalesce(max(batch_no), 0) from earlier.batch)
);
