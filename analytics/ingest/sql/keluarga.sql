-- keluarga: which of the read households are new, changed or unchanged?
-- Grain: one row per read row that was not refused. Reads: incoming (Arrow), refused.
-- Parameters: $present (input columns that the sheet has; the others keep their value),
--   $has_private (whether it has any personal column).
create or replace temp table judged as
with numbered as (
    select
        incoming.*,
        desa.desa_key,
        min(row_no) over (partition by household_id) as first_row
    from incoming
    inner join desa on desa.desa_code = incoming.desa_code
    where row_no not in (select row_no from refused)
),
effective as (
    select
        mine.row_no,
        mine.first_row,
        mine.household_id,
        old.household_key,
        mine.desa_key,
        case when list_contains($present, 'rt') then mine.rt else old.rt end as rt,
        case when list_contains($present, 'rw') then mine.rw else old.rw end as rw,
        case when list_contains($present, 'dusun') then mine.dusun else old.dusun end as dusun,
        case when list_contains($present, 'jumlah_anggota') then mine.members else old.members end
            as members,
        case when list_contains($present, 'desil') then mine.desil else old.desil end as desil,
        case when list_contains($present, 'desil_per') then mine.desil_on else old.desil_on end
            as desil_on,
        coalesce(
            case when list_contains($present, 'prioritas') then mine.priority else old.priority end,
            'sedang'
        ) as priority,
        coalesce(
            case
                when list_contains($present, 'kerentanan') then mine.vulnerabilities
                else old.vulnerabilities
            end,
            cast([] as text[])
        ) as vulnerabilities,
        mine.registered_on,
        case when list_contains($present, 'berakhir_pada') then mine.ended_on else old.ended_on end
            as ended_on,
        case when list_contains($present, 'alasan_berakhir') then mine.end_reason
            else old.end_reason end as end_reason,
        case when $has_private then mine.private_fp else old.private_fp end as private_fp,
        case when list_contains($present, 'lintang') and list_contains($present, 'bujur')
            then mine.place_fp else old.place_fp end as place_fp,
        case when list_contains($present, 'no_kk') then mine.card_fp else old.card_fp end
            as card_fp,
        old.household_key is not null as known,
        old.batch_no as old_batch_no,
        row(old.desa_key, old.rt, old.rw, old.dusun, old.members, old.desil, old.desil_on,
            old.priority, old.vulnerabilities, old.registered_on, old.ended_on, old.end_reason,
            old.private_fp, old.place_fp, old.card_fp) as before
    from numbered as mine
    left join household as old on old.household_id = mine.household_id
),
content as (
    select
        *,
        row(desa_key, rt, rw, dusun, members, desil, desil_on, priority, vulnerabilities,
            registered_on, ended_on, end_reason, private_fp, place_fp, card_fp) as after
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
