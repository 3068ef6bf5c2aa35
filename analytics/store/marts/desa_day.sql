-- desa_day: how many visits and contacts did each desa have on each day?
-- Grain: desa × day with at least one visit. Scope: the desa in `touched_desa`.
delete from desa_day
where desa_key in (select desa_key from touched_desa);

insert into desa_day
select
    household.desa_key,
    visit.visited_on,
    cast(count(*) as integer) as visits,
    cast(count(distinct case when visit.outcome = 'bertemu' then visit.household_key end) as integer)
        as contacts
from visit
inner join household on household.household_key = visit.household_key
where household.desa_key in (select desa_key from touched_desa)
group by household.desa_key, visit.visited_on
order by household.desa_key, visit.visited_on;
