-- barriers: which barriers are open on a day, for how long, and with which agency?
-- Grain: one row per open barrier, oldest first. Parameters: $as_of, $desa.
select
    barrier.barrier_id,
    desa.desa_code,
    desa.desa_name,
    household.household_id,
    barrier.category,
    barrier.agency,
    barrier.opened_on,
    date_diff('day', barrier.opened_on, $as_of) as age_days,
    case when barrier.status = 'diproses' then 'diproses' else 'terbuka' end as status
from barrier
inner join desa on desa.desa_key = barrier.desa_key
left join household on household.household_key = barrier.household_key
where barrier.opened_on <= $as_of
  and (barrier.closed_on is null or barrier.closed_on > $as_of)
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
order by barrier.opened_on, barrier.barrier_id;
