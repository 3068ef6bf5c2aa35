-- unlisted: which barriers were noted at visits, but are not in the ledger?
-- Grain: one row per household and category, newest first. A note is listed when the ledger has a
-- barrier of that visit and category, or one of that household and category that was open on the
-- day (or was entered within a month after it). Parameters: $as_of, $desa.
with noted as (
    select
        visit.household_key,
        visit.visit_id,
        visit.visited_on,
        unnest(visit.barriers) as category
    from visit
    where visit.visited_on <= $as_of
),

missing as (
    select noted.*
    from noted
    where not exists (
        select 1
        from barrier
        where barrier.category = noted.category
          and (
              barrier.visit_id = noted.visit_id
              or (
                  barrier.household_key = noted.household_key
                  and date_diff('day', noted.visited_on, barrier.opened_on) <= 31
                  and (barrier.closed_on is null or barrier.closed_on >= noted.visited_on)
              )
          )
    )
)

select
    household.household_id,
    desa.desa_code,
    desa.desa_name,
    missing.category,
    min(missing.visited_on) as first_noted_on,
    max(missing.visited_on) as last_noted_on,
    count(distinct missing.visit_id) as visits,
    min_by(missing.visit_id, (missing.visited_on, missing.visit_id)) as first_visit_id
from missing
inner join household on household.household_key = missing.household_key
inner join desa on desa.desa_key = household.desa_key
where len($desa) = 0 or list_contains($desa, desa.desa_code)
group by household.household_id, desa.desa_code, desa.desa_name, missing.category
order by last_noted_on desc, household.household_id, missing.category;
