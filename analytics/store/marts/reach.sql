-- reach: while is a household a target of a program, and how far did the program get by when?
-- Grain: household × program × spell of being a target; the spells of a household and program
-- do not overlap, so on any day there is at most one. Scope: `touched`. Reads: receipt.
--
-- A target counts while it has started, has not ended and its household is active. Where several
-- targets overlap, the earliest start among them counts. Since a spell's start is fixed, "any
-- visit from the start to d" is simply "first visit since the start <= d".
delete from reach
where household_key in (select household_key from touched);

insert into reach
with valid as (
    select
        target.household_key,
        target.program_key,
        target.starts_on,
        greatest(target.starts_on, household.registered_on) as from_on,
        least(
            coalesce(target.ends_on, date '9999-12-31'),
            coalesce(household.ended_on, date '9999-12-31')
        ) as until_on
    from target
    inner join household on household.household_key = target.household_key
    where target.household_key in (select household_key from touched)
),
edge as (
    select household_key, program_key, from_on as on_date from valid where from_on < until_on
    union
    select household_key, program_key, until_on as on_date from valid where from_on < until_on
),
piece as (
    select
        household_key,
        program_key,
        on_date as targeted_from,
        lead(on_date) over (partition by household_key, program_key order by on_date)
            as targeted_until
    from edge
),
spell as (
    select
        piece.household_key,
        piece.program_key,
        piece.targeted_from,
        piece.targeted_until,
        min(valid.starts_on) as starts_on
    from piece
    inner join valid
        on valid.household_key = piece.household_key
       and valid.program_key = piece.program_key
       and valid.from_on <= piece.targeted_from
       and valid.until_on >= piece.targeted_until
    group by piece.household_key, piece.program_key, piece.targeted_from, piece.targeted_until
),
visited as (
    select
        spell.household_key,
        spell.program_key,
        spell.targeted_from,
        min(visit.visited_on) as attempted_on,
        min(case when visit.outcome = 'bertemu' then visit.visited_on end) as met_on
    from spell
    inner join visit
        on visit.household_key = spell.household_key
       and visit.visited_on >= spell.starts_on
    group by spell.household_key, spell.program_key, spell.targeted_from
),
received as (
    select
        spell.household_key,
        spell.program_key,
        spell.targeted_from,
        min(receipt.received_on) as received_on
    from spell
    inner join receipt
        on receipt.household_key = spell.household_key
       and receipt.program_key = spell.program_key
       and receipt.received_on >= spell.starts_on
    group by spell.household_key, spell.program_key, spell.targeted_from
)
select
    household.desa_key,
    spell.program_key,
    spell.household_key,
    spell.starts_on,
    spell.targeted_from,
    spell.targeted_until,
    visited.attempted_on,
    visited.met_on,
    received.received_on
from spell
inner join household on household.household_key = spell.household_key
left join visited
    on visited.household_key = spell.household_key
   and visited.program_key = spell.program_key
   and visited.targeted_from = spell.targeted_from
left join received
    on received.household_key = spell.household_key
   and received.program_key = spell.program_key
   and received.targeted_from = spell.targeted_from
order by household.desa_key, spell.household_key, spell.program_key, spell.targeted_from;
