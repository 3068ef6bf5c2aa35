-- resolved: of the barriers opened in each desa in each month, how many were solved in time?
-- Grain: desa × month in which barriers were opened. Only barriers that could be followed for the
--   whole time up to $as_of. Parameters: $as_of (inclusive), $resolve_days, $opened_from,
--   $opened_to (days, inclusive), $desa (empty = all).
select
    desa.desa_code,
    cast(date_trunc('month', barrier.opened_on) as date) as month_start,
    count(*) as opened,
    cast(sum(
        case
            when barrier.status = 'selesai'
                and date_diff('day', barrier.opened_on, barrier.closed_on) <= $resolve_days then 1
            else 0
        end
    ) as bigint) as resolved
from barrier
inner join desa on desa.desa_key = barrier.desa_key
where barrier.opened_on between $opened_from and $opened_to
  and barrier.opened_on + cast($resolve_days as integer) <= $as_of
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
group by desa.desa_code, cast(date_trunc('month', barrier.opened_on) as date)
order by desa.desa_code, month_start;
