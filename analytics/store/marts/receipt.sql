-- receipt: on which days was each program recorded as received, and how was it rated?
-- Grain: household × program × day. Scope: the households in `touched`.
-- Several ratings on one day: the lowest counts, so that a benefit is never overstated.
delete from receipt
where household_key in (select household_key from touched);

insert into receipt
with received as (
    select
        household_key,
        visited_on,
        benefit,
        unnest(programs) as program_code
    from visit
    where len(programs) > 0
      and outcome = 'bertemu'
      and household_key in (select household_key from touched)
)
select
    household.desa_key,
    program.program_key,
    received.household_key,
    received.visited_on as received_on,
    min(received.benefit) as benefit
from received
inner join program on program.program_code = received.program_code
inner join household on household.household_key = received.household_key
group by household.desa_key, program.program_key, received.household_key, received.visited_on
order by household.desa_key, received.household_key, program.program_key, received.visited_on;
