-- coverage_change: of the households active on two days, which came under coverage between them,
-- and which fell out of it?
-- Grain: one row per desa with a household active on both days.
-- Parameters: $as_of, $window_start (the later day and the day before its window), $before,
--   $before_window_start (the earlier day, likewise), $desa, $programs (empty = all; else the
--   targets of any of them on both days).
--
-- The windows of the two days overlap, so the shares are not independent; the households that
-- changed are what a paired comparison needs.
with targeted as (
    select reach.household_key, reach.targeted_from, reach.targeted_until
    from reach
    inner join program on program.program_key = reach.program_key
    where list_contains($programs, program.program_code)
),
in_both as (
    select household_key, desa_key
    from household
    where registered_on <= $before
      and (ended_on is null or ended_on > $as_of)
      and (
          len($programs) = 0
          or (
              household_key in (
                  select household_key
                  from targeted
                  where targeted_from <= $as_of and targeted_until > $as_of
              )
              and household_key in (
                  select household_key
                  from targeted
                  where targeted_from <= $before and targeted_until > $before
              )
          )
      )
),
covered_now as (
    select household_key
    from contact
    where active_from <= $as_of
      and active_until > $as_of
      and visited_on > $window_start
),
covered_before as (
    select household_key
    from contact
    where active_from <= $before
      and active_until > $before
      and visited_on > $before_window_start
),
compared as (
    select
        in_both.desa_key,
        case when covered_now.household_key is null then 0 else 1 end as now,
        case when covered_before.household_key is null then 0 else 1 end as before
    from in_both
    left join covered_now on covered_now.household_key = in_both.household_key
    left join covered_before on covered_before.household_key = in_both.household_key
)
select
    desa.desa_code,
    count(*) as in_both,
    count(case when compared.now > compared.before then 1 end) as gained,
    count(case when compared.now < compared.before then 1 end) as lost
from compared
inner join desa on desa.desa_key = compared.desa_key
where len($desa) = 0 or list_contains($desa, desa.desa_code)
group by desa.desa_code
order by desa.desa_code;
