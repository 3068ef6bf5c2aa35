-- scope_status: the history of the barriers of the desa in `scope`; run where the version has one.
create table barrier_status as
from whole.barrier_status
where barrier_id in (
    select barrier.barrier_id
    from whole.barrier as barrier
    inner join whole.desa as desa on desa.desa_key = barrier.desa_key
    where desa.desa_code in (select desa_code from scope)
);
