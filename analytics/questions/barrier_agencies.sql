-- barrier_agencies: how is each agency spelled, when case and spaces make no other agency?
-- Grain: one row per spelling in the store; the agreed one is the most frequent, then the first in
-- the order of the alphabet. The whole version decides, so that every page spells alike.
-- Parameters: none.
with

spelled as (
    select
        agency,
        lower(trim(regexp_replace(agency, '\s+', ' ', 'g'))) as agency_key,
        trim(regexp_replace(agency, '\s+', ' ', 'g')) as tidy,
        count(*) as barriers
    from barrier
    where agency is not null
    group by agency
),

tidied as (
    select agency_key, tidy, sum(barriers) as barriers
    from spelled
    group by agency_key, tidy
),

agreed as (
    select
        agency_key,
        tidy,
        row_number() over (partition by agency_key order by barriers desc, tidy) as place
    from tidied
)

select spelled.agency, agreed.tidy as agency_agreed
from spelled
inner join agreed on agreed.agency_key = spelled.agency_key and agreed.place = 1
order by spelled.agency;
