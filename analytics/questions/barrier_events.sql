-- barrier_events: how many barriers were opened and closed per ISO week?
-- Grain: one row per week (its Monday) with any; a barrier closed later than the day is still open.
-- Parameters: $as_of, $desa.
with

mine as (
    select
        barrier.opened_on,
        barrier.status,
        case when barrier.closed_on <= $as_of then barrier.closed_on end as closed_on
    from barrier
    inner join desa on desa.desa_key = barrier.desa_key
    where barrier.opened_on <= $as_of
      and (len($desa) = 0 or list_contains($desa, desa.desa_code))
),

happened as (
    select
        cast(date_trunc('week', opened_on) as date) as week_start,
        1 as opened,
        0 as resolved,
        0 as turned_down
    from mine
    union all
    select
        cast(date_trunc('week', closed_on) as date),
        0,
        case when status = 'selesai' then 1 else 0 end,
        case when status = 'ditolak' then 1 else 0 end
    from mine
    where closed_on is not null
)

select
    week_start,
    sum(opened) as opened,
    sum(resolved) as resolved,
    sum(turned_down) as turned_down
from happened
group by week_start
order by week_start;
