-- kunjungan: what is wrong with a visit, beyond single cells? Grain: one row per problem.
-- Reads: incoming (Arrow). Parameters: $before_registration_days.
with placed as (
    select
        incoming.*,
        household.household_key,
        household.registered_on,
        household.ended_on
    from incoming
    left join household on household.household_id = incoming.household_id
)
select
    row_no,
    'id_keluarga' as column_name,
    'unknown_household' as problem,
    false as is_warning,
    cast(null as date) as day
from placed
where household_key is null and household_id is not null
union all
select row_no, 'tanggal', 'long_before_registration', false, registered_on
from placed
where date_diff('day', visited_on, registered_on) > $before_registration_days
union all
select row_no, 'tanggal', 'after_end', true, ended_on
from placed
where visited_on >= ended_on
union all
select row_no, 'jadwal_berikutnya', 'not_after_visit', false, visited_on
from placed
where next_visit_on <= visited_on
union all
select row_no, 'program_diterima', 'received_but_not_met', false, cast(null as date)
from placed
where len(programs) > 0 and outcome <> 'bertemu';
