-- innovation_people: how many people live in the households that a program reached lately?
-- Each household counts once, however often it was reached. Grain: one row.
-- Parameters: $since (exclusive), $as_of, $desa.
with reached as (
    select distinct receipt.household_key
    from receipt
    inner join desa on desa.desa_key = receipt.desa_key
    where receipt.received_on > $since
      and receipt.received_on <= $as_of
      and (len($desa) = 0 or list_contains($desa, desa.desa_code))
)

select
    count(*) as households,
    coalesce(sum(household.members), 0) as people,
    count(*) - count(household.members) as without_members
from reached
inner join household on household.household_key = reached.household_key;
