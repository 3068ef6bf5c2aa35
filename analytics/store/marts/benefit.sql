-- benefit: while is the latest rating of a received program a good one (4 or 5)?
-- Grain: household × program × spell between two ratings; spells do not overlap. Scope: `touched`.
-- Reads: reach, receipt. Spells are cut to the time the target counts; empty ones are left out.
delete from benefit
where household_key in (select household_key from touched);

insert into benefit
with rated as (
    select
        reach.desa_key,
        reach.program_key,
        reach.household_key,
        reach.targeted_from,
        reach.targeted_until,
        receipt.benefit,
        receipt.received_on as rated_on,
        coalesce(
            lead(receipt.received_on) over (
                partition by reach.household_key, reach.program_key, reach.targeted_from
                order by receipt.received_on
            ),
            date '9999-12-31'
        ) as next_rated_on
    from reach
    inner join receipt
        on receipt.household_key = reach.household_key
       and receipt.program_key = reach.program_key
       and receipt.received_on >= reach.starts_on
    where receipt.benefit is not null
      and reach.household_key in (select household_key from touched)
),
spell as (
    select
        desa_key,
        program_key,
        household_key,
        greatest(rated_on, targeted_from) as benefited_from,
        least(next_rated_on, targeted_until) as benefited_until
    from rated
    where benefit >= 4
)
select desa_key, program_key, household_key, benefited_from, benefited_until
from spell
where benefited_from < benefited_until
order by desa_key, household_key, program_key, benefited_from;
