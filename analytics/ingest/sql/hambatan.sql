-- hambatan: which of the read barriers are new, changed or unchanged?
-- Grain: one row per read row that was not refused. Reads: incoming (Arrow), refused.
-- An open barrier has no closing date (reopened = open).
-- Parameters: $present, $has_private, $batch_no (see kunjungan.sql).
create or replace temp table judged as
with numbered as (
    select
        incoming.*,
        household.household_key,
        coalesce(desa.desa_key, household.desa_key) as desa_key,
        min(row_no) over (partition by barrier_id) as first_row
    from incoming
    left join household on household.household_id = incoming.household_id
    left join desa on desa.desa_code = incoming.desa_code
    where row_no not in (select row_no from refused)
),
effective as (
    select
        mine.row_no,
        mine.first_row,
        mine.barrier_id,
        -- A barrier given by its household alone stays in the desa it was first noted in.
        case
            when mine.desa_code is null and old.household_key = mine.household_key
                then old.desa_key
            else mine.desa_key
        end as desa_key,
        case when list_contains($present, 'id_keluarga') then mine.household_key
            else old.household_key end as household_key,
        case when list_contains($present, 'id_kunjungan') then mine.visit_id else old.visit_id end
            as visit_id,
        mine.category,
        case when list_contains($present, 'opd') then mine.agency else old.agency end as agency,
        mine.opened_on,
        mine.status,
        case when mine.status in ('selesai', 'ditolak') then mine.closed_on end as closed_on,
        case when list_contains($present, 'solusi') then mine.solution else old.solution end
            as solution,
        case when list_contains($present, 'menunggu') then mine.waits_for else old.waits_for end
            as waits_for,
        mine.status_on,
        case when $has_private then mine.private_fp else old.private_fp end as private_fp,
        old.barrier_id is not null as known,
        old.batch_no as old_batch_no,
        old.opened_on as old_opened_on,
        row(old.status, old.closed_on, old.solution is not null, old.waits_for) as old_state,
        row(old.desa_key, old.household_key, old.visit_id, old.category, old.agency,
            old.opened_on, old.status, old.closed_on, old.solution, old.waits_for,
            old.private_fp) as before
    from numbered as mine
    left join barrier as old on old.barrier_id = mine.barrier_id
),
content as (
    select
        *,
        row(desa_key, household_key, visit_id, category, agency, opened_on, status, closed_on,
            solution, waits_for, private_fp) as after
    from effective
)
select
    mine.* exclude (before, after, old_state),
    mine.old_state is distinct from
        row(mine.status, mine.closed_on, mine.solution is not null, mine.waits_for) as restated,
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
