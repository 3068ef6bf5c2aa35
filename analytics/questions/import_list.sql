-- import_list: which imports is this version of the data made of?
-- Grain: one row per import, newest first.
select batch_no, batch_id, imported_at, rows_read, accepted, unchanged, rejected, simulated
from batch
order by batch_no desc;
