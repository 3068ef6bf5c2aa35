-- last_import: which import is the newest of this version? Grain: one row. No parameters.
select coalesce(max(batch_no), 0) as batch_no
from batch;
