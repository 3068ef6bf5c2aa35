-- quality_card: which active households have a family-card number that another one has, too?
-- Grain: one row per active household. A number is only a keyed fingerprint here.
-- Parameters: $as_of.
with active as (
    select household_id, card_fp
    from household
    where registered_on <= $as_of
      and (ended_on is null or ended_on > $as_of)
),
shared as (
    select card_fp
    from active
    where card_fp is not null
    group by card_fp
    having count(*) > 1
)
select
    household_id,
    case when card_fp is not null
        then card_fp in (select card_fp from shared) end as duplicate_card
from active
order by household_id;
