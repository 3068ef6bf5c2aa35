-- Simulated targets: about 1.3 programs a household. Parameters: $seed, $today.
insert into target
with drawn as (
    select
        household.household_key,
        cast(program.i + 1 as integer) as program_key,
        cast(hash(household.household_key * 53 + program.i + $seed) // 2 as bigint) as draw
    from household
    cross join range(8) as program(i)
)
select
    household_key,
    program_key,
    $today - 540 + cast(draw % 400 as integer) as starts_on,
    case when draw % 11 = 0 then $today - cast(draw % 100 as integer) end as ends_on,
    1 as batch_no
from drawn
where draw % 6 = 0
order by household_key, program_key;
