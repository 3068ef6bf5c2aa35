-- followup: when is each active household due for its next contact, and who comes first?
-- Grain: one row per active household. Order: highest score first.
-- Parameters: $as_of, $desa, $programs (empty = all; else targets of any of them),
--   $cadence_tinggi, $cadence_sedang, $cadence_rendah, $due_soon_days, $lost_after_days,
--   $overdue_max, $overdue_full_cadences, $priority_tinggi, $priority_sedang, $priority_rendah,
--   $vulnerability_each, $vulnerability_max, $never_or_lost.
with chosen_desa as (
    select desa_key, desa_code, desa_name
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
targeted as (
    select distinct reach.household_key
    from reach
    inner join program on program.program_key = reach.program_key
    where list_contains($programs, program.program_code)
      and reach.targeted_from <= $as_of
      and reach.targeted_until > $as_of
),
active as (
    select
        household.*,
        chosen_desa.desa_code,
        chosen_desa.desa_name,
        case household.priority
            when 'tinggi' then $cadence_tinggi
            when 'sedang' then $cadence_sedang
            else $cadence_rendah
        end as cadence_days
    from household
    inner join chosen_desa on chosen_desa.desa_key = household.desa_key
    where household.registered_on <= $as_of
      and (household.ended_on is null or household.ended_on > $as_of)
      and (
          len($programs) = 0
          or household.household_key in (select household_key from targeted)
      )
),
last_contact as (
    select household_key, visited_on, scheduled_on, assistant_id
    from contact
    where visited_on <= $as_of
      and next_on > $as_of
      and desa_key in (select desa_key from chosen_desa)
),
responsible as (
    -- Who looks after a desa when nobody has met the household yet; the first by id, if several.
    select desa_code, min(assistant_id) as assistant_id
    from (select unnest(desa_codes) as desa_code, assistant_id from assistant)
    group by desa_code
),
meant_for as (
    select
        reach.household_key,
        list(program.program_code order by program.program_code) as programs
    from reach
    inner join program on program.program_key = reach.program_key
    where reach.targeted_from <= $as_of
      and reach.targeted_until > $as_of
      and reach.desa_key in (select desa_key from chosen_desa)
    group by reach.household_key
),
dated as (
    select
        active.*,
        last_contact.visited_on as last_contact_on,
        coalesce(last_contact.assistant_id, responsible.assistant_id) as responsible_id,
        coalesce(meant_for.programs, cast([] as text[])) as targeted_programs,
        coalesce(
            last_contact.scheduled_on,
            coalesce(last_contact.visited_on, active.registered_on)
                + cast(active.cadence_days as integer)
        ) as due_on
    from active
    left join last_contact on last_contact.household_key = active.household_key
    left join responsible on responsible.desa_code = active.desa_code
    left join meant_for on meant_for.household_key = active.household_key
),
judged as (
    select
        *,
        greatest(date_diff('day', due_on, $as_of), 0) as days_overdue,
        case
            when due_on < $as_of and last_contact_on is null then 'never'
            when due_on < $as_of
                and date_diff('day', last_contact_on, $as_of) > $lost_after_days then 'lost'
            when due_on < $as_of then 'overdue'
            when date_diff('day', $as_of, due_on) <= $due_soon_days then 'due_soon'
            else 'on_time'
        end as status
    from dated
),
scored as (
    select
        *,
        round(
            $overdue_max
            * least(1.0, cast(days_overdue as double) / (cadence_days * $overdue_full_cadences)),
            1
        ) as score_overdue,
        case priority
            when 'tinggi' then $priority_tinggi
            when 'sedang' then $priority_sedang
            else $priority_rendah
        end as score_priority,
        least($vulnerability_each * len(vulnerabilities), $vulnerability_max)
            as score_vulnerability,
        case when status in ('never', 'lost') then $never_or_lost else 0 end as score_status
    from judged
)
select
    household_id,
    desa_code,
    desa_name,
    rt,
    priority,
    vulnerabilities,
    responsible_id as assistant_id,
    last_contact_on,
    due_on,
    days_overdue,
    status,
    round(score_overdue + score_priority + score_vulnerability + score_status, 1) as score,
    score_overdue,
    score_priority,
    score_vulnerability,
    score_status,
    registered_on,
    cadence_days,
    desil,
    targeted_programs
from scored
order by score desc, days_overdue desc, household_id;
