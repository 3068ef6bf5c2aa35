-- equity: are the poorest, the most vulnerable and the first in need covered and reached alike?
-- Grain: dimension × group. Dimensions: `all` (one group, everybody), `desil` (1 to 10, or
--   `unknown`), `vulnerability` (a household with several stands in several groups; `none` =
--   without any), `priority`.
-- Parameters: $as_of, $window_start, $desa, $programs (empty = all households and all programs;
--   else the targets of any of them, and only these programs for what was received).
with chosen_desa as (
    select desa_key
    from desa
    where list_contains($desa, desa_code)
),
meant_for as (
    -- Reached: at least one of the programs meant for the household arrived.
    select
        reach.household_key,
        max(case when reach.received_on <= $as_of then 1 else 0 end) as received
    from reach
    inner join program on program.program_key = reach.program_key
    where reach.targeted_from <= $as_of
      and reach.targeted_until > $as_of
      and (len($programs) = 0 or list_contains($programs, program.program_code))
    group by reach.household_key
),
covered as (
    select household_key
    from contact
    where active_from <= $as_of
      and active_until > $as_of
      and visited_on > $window_start
),
heard as (
    select count(*) as visit_days
    from desa_day
    where visited_on <= $as_of
      and (len($desa) = 0 or desa_key in (select desa_key from chosen_desa))
),
active as (
    select
        household.household_key,
        household.desil,
        household.priority,
        household.vulnerabilities,
        case when covered.household_key is null then 0 else 1 end as covered,
        case when meant_for.household_key is null then 0 else 1 end as targeted,
        coalesce(meant_for.received, 0) as received
    from household
    left join covered on covered.household_key = household.household_key
    left join meant_for on meant_for.household_key = household.household_key
    where household.registered_on <= $as_of
      and (household.ended_on is null or household.ended_on > $as_of)
      and (len($desa) = 0 or household.desa_key in (select desa_key from chosen_desa))
      and (len($programs) = 0 or meant_for.household_key is not null)
),
member as (
    select household_key, 'all' as dimension, 'all' as group_code from active
    union all
    select household_key, 'desil', coalesce(cast(desil as text), 'unknown') from active
    union all
    select household_key, 'priority', priority from active
    union all
    select distinct household_key, 'vulnerability', unnest(vulnerabilities) from active
    union all
    select household_key, 'vulnerability', 'none' from active where len(vulnerabilities) = 0
)
select
    member.dimension,
    member.group_code,
    count(*) as active,
    cast(sum(active.covered) as bigint) as covered,
    case when any_value(heard.visit_days) > 0
        then cast(sum(active.covered) as double) / count(*) end as coverage,
    cast(sum(active.targeted) as bigint) as targeted,
    cast(sum(active.received) as bigint) as received,
    cast(sum(active.received) as double) / nullif(sum(active.targeted), 0) as reached
from member
inner join active on active.household_key = member.household_key
cross join heard
group by member.dimension, member.group_code
order by member.dimension, member.group_code;
