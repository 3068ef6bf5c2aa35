-- Simulated households. Parameters: $household_count, $desa_count, $seed, $today.
-- As an import does it, they stand in the order of their desa.
insert into household by name
with drawn as (
    select
        i,
        cast(hash(i * 31 + $seed) // 2 as bigint) as first_draw,
        cast(hash(i * 37 + $seed + 1) // 2 as bigint) as second_draw
    from range($household_count) as numbers(i)
)
select
    cast(i + 1 as integer) as household_key,
    printf('KK-%08d', i + 1) as household_id,
    -- Unequal desa: the square of an even draw.
    cast(1 + floor($desa_count * sqrt((first_draw % 1000003) / 1000003.0)) as integer) as desa_key,
    printf('%02d', 1 + second_draw % 12) as rt,
    null as rw,
    null as dusun,
    cast(1 + second_draw % 7 as integer) as members,
    cast(1 + second_draw % 10 as integer) as desil,
    $today - 200 as desil_on,
    case when second_draw % 10 < 2 then 'tinggi' when second_draw % 10 < 7 then 'sedang' else 'rendah' end as priority,
    case when first_draw % 5 = 0 then ['lansia'] else [] end as vulnerabilities,
    case when first_draw % 10 = 0 then $today - cast(second_draw % 500 as integer)
        else $today - 600 - cast(second_draw % 900 as integer) end as registered_on,
    case when first_draw % 25 = 1 then $today - cast(second_draw % 540 as integer) end as ended_on,
    null as end_reason,
    null as private_fp,
    1 as batch_no
from drawn
order by desa_key, household_key;
