-- first_receipt: from when on has a household received a program (and while is it active)?
-- Grain: household × program. Scope: the households in `touched`. Reads: receipt.
delete from first_receipt
where household_key in (select household_key from touched);

insert into first_receipt
with first_day as (
    select household_key, program_key, min(received_on) as received_on
    from receipt
    where household_key in (select household_key from touched)
    group by household_key, program_key
)
select
    household.desa_key,
    first_day.program_key,
    first_day.household_key,
    greatest(first_day.received_on, household.registered_on) as counts_from,
    coalesce(household.ended_on, date '9999-12-31') as counts_until
from first_day
inner join household on household.household_key = first_day.household_key
order by household.desa_key, first_day.household_key, first_day.program_key;
