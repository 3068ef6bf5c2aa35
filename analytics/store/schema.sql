-- The tables of one store version. Analytic tables hold no personal data: a household is a
-- pseudonymous id, and names, card numbers, addresses, positions and free text are in the vault.
--
-- `household_key`, `desa_key` and `program_key` are small integers that stay the same from
-- version to version (joins and group-bys over 20 million rows are much cheaper on them).
-- `private_fp` is a keyed fingerprint of a row's personal fields: it says whether they changed
-- since the last import without holding them.
-- `batch_no` is the import that last wrote the row.
-- `place_fp` and `card_fp` say that two rows have the same position or card, and nothing else.
-- Keys are unique because the import judges every row against them (and `verify` proves it);
-- an index on 20 million visit ids would cost more than all the rest of a small import.

create table meta (
    store_id     text not null,
    format       integer not null,
    area_code    text not null,
    area_name    text not null,
    simulated    boolean not null
);

create table desa (
    desa_key     integer not null,
    desa_code    text not null,             -- Kemendagri, 63.11.03.2004
    bps_code     text,
    desa_name    text not null,
    other_name   text not null,             -- as BPS spells it
    kecamatan    text not null,
    lon          double,
    lat          double,
    area_km2     double
);

create table program (
    program_key  integer not null,
    program_code text not null,
    program_name text not null,
    agency       text not null,
    batch_no     integer not null
);

create table assistant (
    assistant_id text not null,
    assistant_name text not null,
    desa_codes   text[] not null,            -- where the assistant works
    batch_no     integer not null
);

create table household (
    household_key   integer not null,
    household_id    text not null,           -- the source id, or a keyed pseudonym of it
    desa_key        integer not null,
    rt              text,
    rw              text,
    dusun           text,
    members         integer,
    desil           integer,
    desil_on        date,
    priority        text not null,           -- tinggi | sedang | rendah
    vulnerabilities text[] not null,
    registered_on   date not null,
    ended_on        date,
    end_reason      text,
    private_fp      ubigint,
    batch_no        integer not null,
    place_fp        ubigint,                 -- keyed fingerprint of the position (about 1 m)
    card_fp         ubigint                  -- keyed fingerprint of the family-card number
);

create table visit (
    visit_id        text not null,
    household_key   integer not null,
    visited_on      date not null,
    assistant_id    text not null,
    outcome         text not null,           -- bertemu | tidak_di_tempat | menolak | pindah
    programs        text[] not null,         -- received, by program code
    benefit         tinyint,                 -- 1–5
    next_visit_on   date,
    barriers        text[] not null,
    private_fp      ubigint,
    batch_no        integer not null,
    started_at      timestamp,               -- day and time of day of the visit, local
    sent_on         date,                    -- day on which the record was sent
    place_fp        ubigint                  -- keyed fingerprint of the position of the visit
);

create table target (
    household_key   integer not null,
    program_key     integer not null,
    starts_on       date not null,
    ends_on         date,                    -- exclusive: on this day no longer a target
    batch_no        integer not null
);

create table barrier (
    barrier_id      text not null,
    desa_key        integer not null,
    household_key   integer,
    visit_id        text,
    category        text not null,
    agency          text,
    opened_on       date not null,
    status          text not null,           -- terbuka | diproses | selesai | ditolak
    closed_on       date,
    solution        text,
    private_fp      ubigint,
    batch_no        integer not null,
    waits_for       text                     -- who has to act next; may differ from the agency
);

create table barrier_status (                -- what was recorded of a barrier, entry by entry:
    barrier_id      text not null,           -- the last one is what `barrier` says
    noted_on        date not null,           -- day from which the status holds
    status          text not null,           -- terbuka | diproses | selesai | ditolak
    waits_for       text,
    has_solution    boolean not null,
    recorded_by     text,                    -- role of who imported it; null = earlier release
    batch_no        integer not null
);

create table batch (                         -- every import that is part of this version
    batch_no        integer not null,
    batch_id        text not null,
    imported_at     timestamp not null,      -- UTC
    rows_read       bigint not null,
    accepted        bigint not null,
    unchanged       bigint not null,
    rejected        bigint not null,
    simulated       boolean not null
);

-- Marts: derived, always equal to a rebuild from the tables above (store/marts/*.sql).

create table contact (                       -- grain: household × day it was met
    desa_key        integer not null,
    household_key   integer not null,
    priority        text not null,
    visited_on      date not null,
    next_on         date not null,           -- the following contact, else 9999-12-31
    scheduled_on    date,                    -- latest next_visit_on set on that day
    assistant_id    text not null,           -- who met it (the last by id, if several)
    active_from     date not null,           -- [active_from, active_until): this is the last
    active_until    date not null            -- contact and the household is active
);

create table receipt (                       -- grain: household × program × day received
    desa_key        integer not null,
    program_key     integer not null,
    household_key   integer not null,
    received_on     date not null,
    benefit         tinyint                  -- lowest rating of that day
);

create table reach (                         -- grain: household × program × spell as a target
    desa_key        integer not null,
    program_key     integer not null,
    household_key   integer not null,
    starts_on       date not null,           -- of the earliest target of the spell
    targeted_from   date not null,           -- target and active on [targeted_from, targeted_until)
    targeted_until  date not null,
    attempted_on    date,                    -- first visit, contact, receipt since starts_on
    met_on          date,
    received_on     date
);

create table benefit (                       -- grain: household × program × spell of a good rating
    desa_key        integer not null,
    program_key     integer not null,
    household_key   integer not null,
    benefited_from  date not null,           -- targeted, active and latest rating ≥ 4
    benefited_until date not null
);

create table outside (                       -- grain: household × program × spell
    desa_key        integer not null,
    program_key     integer not null,
    household_key   integer not null,
    outside_from    date not null,           -- has received, is active, but is no target
    outside_until   date not null
);

create table desa_day (                      -- grain: desa × day with visits
    desa_key        integer not null,
    visited_on      date not null,
    visits          integer not null,
    contacts        integer not null         -- household-days met
);
