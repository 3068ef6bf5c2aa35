-- rows_since: which rows about the time up to a day did later imports write?
-- Grain: one row per stored row. Parameters: $as_of, $desa, $batch_no (0 = every row).
with placed as (
    select household_key, household_id, desa_key, registered_on, batch_no
    from household
),

rows_up_to_then as (
    select 'household' as kind, household_id as id, desa_key, batch_no
    from placed
    where registered_on <= $as_of
    union all
    select 'visit', visit.visit_id, placed.desa_key, visit.batch_no
    from visit
    inner join placed on placed.household_key = visit.household_key
    where visit.visited_on <= $as_of
    union all
    select
        'target',
        placed.household_id || '/' || program.program_code || '/'
            || cast(target.starts_on as varchar),
        placed.desa_key,
        target.batch_no
    from target
    inner join placed on placed.household_key = target.household_key
    inner join program on program.program_key = target.program_key
    where target.starts_on <= $as_of
    union all
    select 'barrier', barrier_id, desa_key, batch_no
    from barrier
    where opened_on <= $as_of
)

select kind, id
from rows_up_to_then
inner join desa on desa.desa_key = rows_up_to_then.desa_key
where rows_up_to_then.batch_no > $batch_no
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
order by kind, id;
