-- program: which of the read programs are new, changed or unchanged?
-- Grain: one row per read row that was not refused. Reads: incoming (Arrow), refused.
-- Parameters: $batch_no.
create or replace temp table judged as
with numbered as (
    select *, min(row_no) over (partition by program_code) as first_row
    from incoming
    where row_no not in (select row_no from refused)
),
compared as (
    select
        mine.*,
        first.program_name is not distinct from mine.program_name
            and first.agency is not distinct from mine.agency as same_as_first,
        existing.program_key,
        existing.program_key is not null as known,
        existing.batch_no as old_batch_no,
        row(existing.program_name, existing.agency)
            is not distinct from row(mine.program_name, mine.agency) as same
    from numbered as mine
    inner join incoming as first on first.row_no = mine.first_row
    left join program as existing on existing.program_code = mine.program_code
)
select
    *,
    case
        when row_no <> first_row and same_as_first then 'unchanged'
        when row_no <> first_row then 'duplicate'
        when not known then 'new'
        when same then 'unchanged'
        when old_batch_no = $batch_no then 'conflict'
        else 'changed'
    end as verdict
from compared;
