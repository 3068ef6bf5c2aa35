-- The answer of questions/trend.sql, from the raw visits alone.
with month as (
    select unnest($month_ends) as month_end
),
met as (
    select distinct month.month_end, visit.household_key
    from month
    inner join visit
        on visit.visited_on <= month.month_end
       and visit.visited_on > month.month_end - cast($window_days as integer)
    where visit.outcome = 'bertemu'
),
active as (
    select month.month_end, household.household_key
    from month
    inner join household
        on household.registered_on <= month.month_end
       and (household.ended_on is null or household.ended_on > month.month_end)
)
select
    active.month_end,
    count(*) as active,
    count(met.household_key) as covered
from active
left join met
    on met.month_end = active.month_end
   and met.household_key = active.household_key
group by active.month_end
order by active.month_end;
