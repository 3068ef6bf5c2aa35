-- target_gaps: where do target lists and visits not meet?
-- Grain: household × program with a gap on the day. Gaps: `never_attempted` (a target, and no visit
--   since it became one), `never_met` (visited, and never met since then), `outside_target`
--   (received the program up to the day, and no target of it on the day).
-- Parameters: $as_of, $desa, $programs (empty = all).
with chosen_desa as (
    select desa_key, desa_code, desa_name
    from desa
    where len($desa) = 0 or list_contains($desa, desa_code)
),
chosen_program as (
    select program_key, program_code, program_name
    from program
    where len($programs) = 0 or list_contains($programs, program_code)
),
first_receipt as (
    select
        household_key,
        program_key,
        min(received_on) as first_received_on,
        max(received_on) as last_received_on
    from receipt
    where received_on <= $as_of
    group by household_key, program_key
),
gap as (
    select
        desa_key,
        program_key,
        household_key,
        case when attempted_on <= $as_of then 'never_met' else 'never_attempted' end as gap,
        starts_on as since_on
    from reach
    where targeted_from <= $as_of
      and targeted_until > $as_of
      and (met_on is null or met_on > $as_of)
    union all
    select
        outside.desa_key,
        outside.program_key,
        outside.household_key,
        'outside_target',
        first_receipt.first_received_on
    from outside
    inner join first_receipt
        on first_receipt.household_key = outside.household_key
       and first_receipt.program_key = outside.program_key
    where outside.outside_from <= $as_of
      and outside.outside_until > $as_of
)
select
    gap.gap,
    chosen_program.program_code,
    chosen_program.program_name,
    chosen_desa.desa_code,
    chosen_desa.desa_name,
    household.household_id,
    household.rt,
    gap.since_on,
    date_diff('day', gap.since_on, $as_of) as days,
    case when gap.gap = 'outside_target' then first_receipt.last_received_on end
        as last_received_on
from gap
inner join chosen_program on chosen_program.program_key = gap.program_key
inner join chosen_desa on chosen_desa.desa_key = gap.desa_key
inner join household on household.household_key = gap.household_key
left join first_receipt
    on first_receipt.household_key = gap.household_key
   and first_receipt.program_key = gap.program_key
order by gap.gap, gap.since_on, chosen_program.program_code, household.household_id;
