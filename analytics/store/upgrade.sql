-- Columns and tables that stores of an earlier release do not have yet. Existing rows have no value
-- in the columns; of the history of barriers is written what can be known: opened, and closed.
alter table household add column if not exists place_fp ubigint;
alter table household add column if not exists card_fp ubigint;
alter table visit add column if not exists started_at timestamp;
alter table visit add column if not exists sent_on date;
alter table visit add column if not exists place_fp ubigint;
alter table barrier add column if not exists waits_for text;
create table if not exists barrier_status (
    barrier_id      text not null,
    noted_on        date not null,
    status          text not null,
    waits_for       text,
    has_solution    boolean not null,
    recorded_by     text,
    batch_no        integer not null
);
insert into barrier_status
with
    unwritten as (
        from barrier anti join barrier_status on barrier_status.barrier_id = barrier.barrier_id
    )
select barrier_id, opened_on, 'terbuka', null, false, null, batch_no
from unwritten
union all
select
    barrier_id,
    coalesce(closed_on, opened_on),
    status,
    waits_for,
    solution is not null,
    null,
    batch_no
from unwritten
where status <> 'terbuka';
