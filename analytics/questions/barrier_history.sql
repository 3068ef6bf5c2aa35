-- barrier_history: what was recorded of each barrier, entry by entry?
-- Grain: one row per entry, in the order in which they were recorded. Parameters: $as_of, $desa.
select
    barrier_status.barrier_id,
    barrier_status.noted_on,
    barrier_status.status,
    barrier_status.waits_for,
    barrier_status.has_solution,
    barrier_status.recorded_by,
    batch.imported_at as recorded_at
from barrier_status
inner join barrier on barrier.barrier_id = barrier_status.barrier_id
inner join desa on desa.desa_key = barrier.desa_key
left join batch on batch.batch_no = barrier_status.batch_no
where barrier_status.noted_on <= $as_of
  and (len($desa) = 0 or list_contains($desa, desa.desa_code))
order by
    barrier_status.barrier_id,
    barrier_status.batch_no,
    barrier_status.status <> 'terbuka';
