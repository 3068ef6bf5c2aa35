-- barrier_times: how long did each barrier take, or how long is it open already?
-- Grain: one row per barrier opened up to the day. One that was turned down leaves on that day
-- without having been resolved. Parameters: $as_of, $desa.
with mine as (
    select
        barrier.*,
        desa.desa_code,
        desa.desa_name,
        coalesce(barrier.closed_on <= $as_of, false) as is_closed
    from barrier
    inner join desa on desa.desa_key = barrier.desa_key
    where barrier.opened_on <= $as_of
      and (len($desa) = 0 or list_contains($desa, desa.desa_code))
)

select
    mine.barrier_id,
    mine.desa_code,
    mine.desa_name,
    household.household_id,
    mine.category,
    mine.agency,
    mine.opened_on,
    case when is_closed then mine.closed_on end as closed_on,
    case
        when is_closed then mine.status
        when mine.status = 'diproses' then 'diproses'
        else 'terbuka'
    end as status,
    case when is_closed then mine.solution end as solution,
    date_diff('day', mine.opened_on, case when is_closed then mine.closed_on else $as_of end)
        as days,
    is_closed and mine.status = 'selesai' as is_resolved
from mine
left join household on household.household_key = mine.household_key
order by mine.opened_on, mine.barrier_id;
