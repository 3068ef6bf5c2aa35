-- How many rows did an import accept, and how many rows of the version are its own?
-- Grain: one row. $batch_id is the import that made the version.
with

own as (
    select batch_no, accepted from batch where batch_id = $batch_id
),

stamped as (
    select batch_no from program
    union all
    select batch_no from assistant
    union all
    select batch_no from household
    union all
    select batch_no from visit
    union all
    select batch_no from target
    union all
    select batch_no from barrier
)

select
    own.accepted,
    (select count(*) from stamped where stamped.batch_no = own.batch_no) as there
from own;
