-- pendamping: which of the read assistants are new, changed or unchanged?
-- Grain: one row per read row that was not refused. Reads: incoming (Arrow), refused.
-- Parameters: $present (input columns that the sheet has; the others keep their value),
--   $batch_no.
create or replace temp table judged as
with numbered as (
    select *, min(row_no) over (partition by assistant_id) as first_row
    from incoming
    where row_no not in (select row_no from refused)
),
effective as (
    select
        mine.row_no,
        mine.first_row,
        mine.assistant_id,
        mine.assistant_name,
        case
            when list_contains($present, 'desa_tugas')
                then coalesce(mine.desa_codes, cast([] as text[]))
            else coalesce(existing.desa_codes, cast([] as text[]))
        end as desa_codes,
        existing.assistant_id is not null as known,
        existing.batch_no as old_batch_no,
        row(existing.assistant_name, existing.desa_codes) as before
    from numbered as mine
    left join assistant as existing on existing.assistant_id = mine.assistant_id
)
select
    mine.*,
    case
        when mine.row_no <> mine.first_row
            and row(mine.assistant_name, mine.desa_codes)
                is not distinct from row(first.assistant_name, first.desa_codes) then 'unchanged'
        when mine.row_no <> mine.first_row then 'duplicate'
        when not mine.known then 'new'
        when mine.before is not distinct from row(mine.assistant_name, mine.desa_codes)
            then 'unchanged'
        when mine.old_batch_no = $batch_no then 'conflict'
        else 'changed'
    end as verdict
from effective as mine
inner join effective as first on first.row_no = mine.first_row;
