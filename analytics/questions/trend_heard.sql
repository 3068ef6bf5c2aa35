-- trend_heard: between which days were there visits in each desa?
-- Grain: one row per desa. Parameters: $as_of (date, inclusive), $desa (empty = all).
select
    desa.desa_code,
    min(desa_day.visited_on) as data_from,
    max(desa_day.visited_on) as data_through
from desa
left join desa_day on desa_day.desa_key = desa.desa_key and desa_day.visited_on <= $as_of
where len($desa) = 0 or list_contains($desa, desa.desa_code)
group by desa.desa_code
order by desa.desa_code;
