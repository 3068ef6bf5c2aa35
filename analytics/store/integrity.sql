-- integrity: how many rows break a rule that the import keeps? Grain: one row per rule.
select 'household_id' as rule, count(*) - count(distinct household_id) as broken from household
union all
select 'household_key', count(*) - count(distinct household_key) from household
union all
select 'visit_id', count(*) - count(distinct visit_id) from visit
union all
select 'barrier_id', count(*) - count(distinct barrier_id) from barrier
union all
select 'program_code', count(*) - count(distinct program_code) from program
union all
select 'assistant_id', count(*) - count(distinct assistant_id) from assistant
union all
select 'target', count(*) - count(distinct (household_key, program_key, starts_on)) from target
union all
select 'visit of a known household', count(*)
from visit anti join household on household.household_key = visit.household_key
union all
select 'target of a known household', count(*)
from target anti join household on household.household_key = target.household_key
union all
select 'household of a known desa', count(*)
from household anti join desa on desa.desa_key = household.desa_key
union all
select 'history of a known barrier', count(*)
from barrier_status anti join barrier on barrier.barrier_id = barrier_status.barrier_id
union all
select 'last entry of the history', count(*)
from barrier
left join (
    select barrier_id, arg_max(status, (batch_no, status <> 'terbuka')) as status
    from barrier_status
    group by barrier_id
) as said on said.barrier_id = barrier.barrier_id
where said.status is distinct from barrier.status;
