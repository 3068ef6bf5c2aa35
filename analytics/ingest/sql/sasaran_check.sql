-- sasaran: what is wrong with a target? Grain: one row per problem. Reads: incoming (Arrow).
select
    incoming.row_no,
    'id_keluarga' as column_name,
    'unknown_household' as problem,
    false as is_warning,
    cast(null as date) as day
from incoming
left join household on household.household_id = incoming.household_id
where household.household_id is null
  and incoming.household_id is not null
union all
select row_no, 'selesai', 'ends_before_start', false, starts_on
from incoming
where ends_on < starts_on;
