-- hambatan: what is wrong with a barrier, beyond single cells? Grain: one row per problem.
-- Reads: incoming (Arrow).
select
    incoming.row_no,
    'id_keluarga' as column_name,
    'unknown_household' as problem,
    false as is_warning,
    cast(null as date) as day
from incoming
left join household on household.household_id = incoming.household_id
where incoming.household_id is not null and household.household_id is null
union all
select incoming.row_no, 'desa', 'other_desa', true, null
from incoming
inner join household on household.household_id = incoming.household_id
inner join desa on desa.desa_code = incoming.desa_code
where desa.desa_key <> household.desa_key
union all
select incoming.row_no, 'id_kunjungan', 'unknown_visit', true, null
from incoming
left join visit on visit.visit_id = incoming.visit_id
where incoming.visit_id is not null and visit.visit_id is null
union all
select row_no, 'dibuka_pada', 'long_ago', true, opened_on
from incoming
where opened_on < cast($today as date) - interval 10 year
union all
select row_no, 'selesai_pada', 'closed_without_date', false, null
from incoming
where status in ('selesai', 'ditolak') and closed_on is null
union all
select row_no, 'selesai_pada', 'open_with_date', true, null
from incoming
where status in ('terbuka', 'diproses') and closed_on is not null
union all
select row_no, 'selesai_pada', 'ends_before_start', false, opened_on
from incoming
where closed_on < opened_on
union all
select row_no, 'status_pada', 'ends_before_start', false, opened_on
from incoming
where status_on < opened_on;
