-- kunjungan: which of the read visits are new, changed or unchanged?
-- Grain: one row per read row that was not refused. Reads: incoming (Arrow), refused.
-- Parameters: $present (input columns that the sheet has; the others keep their value),
--   $has_private (whether it has any personal column), $batch_no.
create or replace temp table judged as
with numbered as (
    select
        incoming.*,
        household.household_key,
        min(row_no) over (partition by visit_id) as first_row
    from incoming
    inner join household on household.household_id = incoming.household_id
    where row_no not in (select row_no from refused)
),
effective as (
    select
        mine.row_no,
        mine.first_row,
        mine.visit_id,
        mine.household_key,
        mine.visited_on,
        mine.assistant_id,
        mine.outcome,
        coalesce(
            -- A visit corrected to "not met" keeps nothing that was received at it.
            case when list_contains($present, 'program_diterima') then mine.programs
                when mine.outcome = 'bertemu' then old.programs end,
            cast([] as text[])
        ) as programs,
        cast(
            case when list_contains($present, 'manfaat') then mine.benefit
                when mine.outcome = 'bertemu' then old.benefit end
            as tinyint
        ) as benefit,
        case when list_contains($present, 'jadwal_berikutnya') then mine.next_visit_on
            else old.next_visit_on end as next_visit_on,
        coalesce(
            case when list_contains($present, 'hambatan') then mine.barriers
                else old.barriers end,
            cast([] as text[])
        ) as barriers,
        case when $has_private then mine.private_fp else old.private_fp end as private_fp,
        case when list_contains($present, 'jam') then mine.visited_on + mine.started_time
            -- A visit moved to another day keeps its time of day.
            else mine.visited_on + cast(old.started_at as time) end as started_at,
        case when list_contains($present, 'dikirim_pada') then mine.sent_on
            else old.sent_on end as sent_on,
        case when list_contains($present, 'lintang') and list_contains($present, 'bujur')
            then mine.place_fp else old.place_fp end as place_fp,
        old.visit_id is not null as known,
        old.household_key as old_household_key,
        old.batch_no as old_batch_no,
        row(old.household_key, old.visited_on, old.assistant_id, old.outcome, old.programs,
            old.benefit, old.next_visit_on, old.barriers, old.private_fp, old.started_at,
            old.sent_on, old.place_fp) as before
    from numbered as mine
    left join visit as old on old.visit_id = mine.visit_id
),
content as (
    select
        *,
        row(household_key, visited_on, assistant_id, outcome, programs, benefit, next_visit_on,
            barriers, private_fp, started_at, sent_on, place_fp) as after
    from effective
)
select
    mine.* exclude (before, after),
    case
        when mine.row_no <> mine.first_row and mine.after is not distinct from first.after
            then 'unchanged'
        when mine.row_no <> mine.first_row then 'duplicate'
        when not mine.known then 'new'
        when mine.before is not distinct from mine.after then 'unchanged'
        when mine.old_batch_no = $batch_no then 'conflict'
        else 'changed'
    end as verdict
from content as mine
inner join content as first on first.row_no = mine.first_row;
