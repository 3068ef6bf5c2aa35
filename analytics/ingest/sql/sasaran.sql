-- sasaran: which of the read targets are new, changed or unchanged?
-- Grain: one row per read row that was not refused. Reads: incoming (Arrow), refused.
-- A target is a household, a program and a start. Parameters: $present, $batch_no.
create or replace temp table judged as
with numbered as (
    select
        incoming.row_no,
        household.household_key,
        program.program_key,
        incoming.starts_on,
        incoming.ends_on,
        min(incoming.row_no) over (
            partition by household.household_key, program.program_key, incoming.starts_on
        ) as first_row
    from incoming
    inner join household on household.household_id = incoming.household_id
    inner join program on program.program_code = incoming.program_code
    where incoming.row_no not in (select row_no from refused)
),
effective as (
    select
        mine.row_no,
        mine.first_row,
        mine.household_key,
        mine.program_key,
        mine.starts_on,
        case when list_contains($present, 'selesai') then mine.ends_on else old.ends_on end
            as ends_on,
        old.household_key is not null as known,
        old.batch_no as old_batch_no,
        old.ends_on as before
    from numbered as mine
    left join target as old
        on old.household_key = mine.household_key
       and old.program_key = mine.program_key
       and old.starts_on = mine.starts_on
)
select
    mine.*,
    case
        when mine.row_no <> mine.first_row and mine.ends_on is not distinct from first.ends_on
            then 'unchanged'
        when mine.row_no <> mine.first_row then 'duplicate'
        when not mine.known then 'new'
        when mine.before is not distinct from mine.ends_on then 'unchanged'
        when mine.old_batch_no = $batch_no then 'conflict'
        else 'changed'
    end as verdict
from effective as mine
inner join effective as first on first.row_no = mine.first_row;
