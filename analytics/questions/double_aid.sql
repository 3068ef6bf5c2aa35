-- double_aid: which programs reach the same households, in the window?
-- Grain: pair of programs (the first by code before the second) that at least one household
--   active on the day received both of.
-- Parameters: $as_of, $window_start, $desa, $programs (empty = all; else pairs with one of them).
with chosen_desa as (
    select desa_key
    from desa
    where list_contains($desa, desa_code)
),
received as (
    select distinct receipt.household_key, receipt.program_key
    from receipt
    inner join household on household.household_key = receipt.household_key
    where receipt.received_on > $window_start
      and receipt.received_on <= $as_of
      and household.registered_on <= $as_of
      and (household.ended_on is null or household.ended_on > $as_of)
      and (len($desa) = 0 or household.desa_key in (select desa_key from chosen_desa))
),
alone as (
    select program_key, count(*) as households
    from received
    group by program_key
),
both_of as (
    select one.program_key as first_key, other.program_key as second_key, count(*) as households
    from received as one
    inner join received as other on other.household_key = one.household_key
    inner join program as one_program on one_program.program_key = one.program_key
    inner join program as other_program on other_program.program_key = other.program_key
    where one_program.program_code < other_program.program_code
    group by one.program_key, other.program_key
)
select
    first_program.program_code as first_code,
    first_program.program_name as first_name,
    second_program.program_code as second_code,
    second_program.program_name as second_name,
    both_of.households,
    first_alone.households as received_first,
    second_alone.households as received_second
from both_of
inner join program as first_program on first_program.program_key = both_of.first_key
inner join program as second_program on second_program.program_key = both_of.second_key
inner join alone as first_alone on first_alone.program_key = both_of.first_key
inner join alone as second_alone on second_alone.program_key = both_of.second_key
where len($programs) = 0
   or list_contains($programs, first_program.program_code)
   or list_contains($programs, second_program.program_code)
order by both_of.households desc, first_code, second_code;
