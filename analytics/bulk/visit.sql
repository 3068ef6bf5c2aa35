-- Simulated visits, one every 27 days or so and household for 18 months, in the order of their days.
-- Parameters: $candidates (rows before those ahead of registration are dropped),
--   $household_count, $seed, $today.
insert into visit by name
with drawn as (
    select
        i,
        cast(1 + i % $household_count as integer) as household_key,
        $today - 555 + cast(27 * (i // $household_count) + cast(hash(i * 41 + $seed) // 2 as bigint) % 30 as integer)
            as visited_on,
        cast(hash(i * 43 + $seed + 2) // 2 as bigint) as first_draw,
        cast(hash(i * 47 + $seed + 3) // 2 as bigint) as second_draw
    from range($candidates) as numbers(i)
)
select
    printf('V%010d', drawn.i) as visit_id,
    drawn.household_key,
    drawn.visited_on,
    printf('P%05d', household.desa_key // 2) as assistant_id,
    case
        when drawn.first_draw % 100 < 76 then 'bertemu'
        when drawn.first_draw % 100 < 96 then 'tidak_di_tempat'
        when drawn.first_draw % 100 < 99 then 'menolak'
        else 'pindah'
    end as outcome,
    case
        when drawn.first_draw % 100 >= 76 then []
        when drawn.second_draw % 10 < 4 then [
            list_extract(['pkh', 'sembako', 'blt_dd', 'pbi_jk', 'rtlh', 'pmt_stunting',
                'bantuan_lansia', 'bantuan_disabilitas'], 1 + drawn.second_draw % 8)
        ]
        else []
    end as programs,
    cast(case when drawn.first_draw % 100 < 76 and drawn.second_draw % 10 < 4
        then 1 + drawn.first_draw % 5 end as tinyint) as benefit,
    case when drawn.first_draw % 7 = 0
        then drawn.visited_on + 20 + cast(drawn.second_draw % 40 as integer) end as next_visit_on,
    case when drawn.first_draw % 23 = 0 then ['penyaluran'] else [] end as barriers,
    null as private_fp,
    1 as batch_no
from drawn
inner join household on household.household_key = drawn.household_key
where drawn.visited_on >= household.registered_on
  and drawn.visited_on <= $today
order by drawn.visited_on;
