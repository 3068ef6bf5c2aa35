-- double_aid_household: which households received two programs or more, in the window?
-- Grain: household active on the day with at least two programs received, most programs first.
-- Parameters: $as_of, $window_start, $desa, $programs (empty = all; else households that
--   received one of them).
with received as (
    select
        receipt.household_key,
        receipt.program_key,
        max(receipt.received_on) as last_received_on
    from receipt
    where receipt.received_on > $window_start
      and receipt.received_on <= $as_of
    group by receipt.household_key, receipt.program_key
),
gathered as (
    select
        received.household_key,
        list(program.program_code order by program.program_code) as programs,
        count(*) as program_count,
        max(received.last_received_on) as last_received_on
    from received
    inner join program on program.program_key = received.program_key
    group by received.household_key
    having count(*) >= 2
)
select
    household.household_id,
    desa.desa_code,
    desa.desa_name,
    household.rt,
    gathered.programs,
    gathered.program_count,
    gathered.last_received_on
from gathered
inner join household on household.household_key = gathered.household_key
inner join desa on desa.desa_key = household.desa_key
where household.registered_on <= $as_of
  and (household.ended_on is null or household.ended_on > $as_of)
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
  and (len($programs) = 0 or list_has_any($programs, gathered.programs))
order by gathered.program_count desc, desa.desa_name, household.household_id;
