-- The answer of questions/coverage.sql, from the raw visits alone.
with active as (
    select household_key, desa_key
    from household
    where registered_on <= $as_of
      and (ended_on is null or ended_on > $as_of)
),
met as (
    select distinct household_key
    from visit
    where outcome = 'bertemu'
      and visited_on <= $as_of
      and visited_on > $window_start
),
heard as (
    select household.desa_key, max(visit.visited_on) as data_through
    from visit
    inner join household on household.household_key = visit.household_key
    where visit.visited_on <= $as_of
    group by household.desa_key
),
counted as (
    select
        active.desa_key,
        count(*) as active,
        count(met.household_key) as covered
    from active
    left join met on met.household_key = active.household_key
    group by active.desa_key
)
select
    desa.desa_code,
    coalesce(counted.active, 0) as active,
    coalesce(counted.covered, 0) as covered,
    heard.data_through
from desa
left join counted on counted.desa_key = desa.desa_key
left join heard on heard.desa_key = desa.desa_key
order by desa.desa_code;
