-- activity_desa: how many visits were made in each desa in each month, how many met somebody, and
--   how many households were met?
-- Grain: desa × month with a visit in it. Parameters: $as_of (date, inclusive), $desa (empty =
--   all), $programs (empty = all households, else only visits to those that any of the programs
--   targets on the day of the visit).
with chosen_desa as (
    select desa_key, desa_code
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
targeted as (
    select reach.household_key, reach.targeted_from, reach.targeted_until
    from reach
    inner join program on program.program_key = reach.program_key
    where list_contains($programs, program.program_code)
),
made as (
    select
        household.desa_key,
        visit.household_key,
        cast(date_trunc('month', visit.visited_on) as date) as month_start,
        visit.outcome
    from visit
    inner join household on household.household_key = visit.household_key
    where visit.visited_on <= $as_of
      and household.desa_key in (select desa_key from chosen_desa)
      and (
          len($programs) = 0
          or exists (
              select 1
              from targeted
              where targeted.household_key = visit.household_key
                and targeted.targeted_from <= visit.visited_on
                and targeted.targeted_until > visit.visited_on
          )
      )
)
select
    chosen_desa.desa_code,
    made.month_start,
    count(*) as visits,
    sum(case when made.outcome = 'bertemu' then 1 else 0 end) as visits_met,
    count(distinct case when made.outcome = 'bertemu' then made.household_key end)
        as households_met
from made
inner join chosen_desa on chosen_desa.desa_key = made.desa_key
group by chosen_desa.desa_code, made.month_start
order by chosen_desa.desa_code, made.month_start;
