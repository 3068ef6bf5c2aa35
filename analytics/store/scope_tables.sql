-- scope_tables: the tables of a version for the desa in `scope`; see scope.sql.
-- Programs and accounts of imports are of the whole kecamatan and name nobody.
create table meta as from whole.meta;
create table program as from whole.program;
create table batch as from whole.batch;

create table desa as
from whole.desa
where desa_code in (select desa_code from scope);

create table household as
from whole.household
where desa_key in (select desa_key from desa);

create table visit as
from whole.visit
where household_key in (select household_key from household);

create table target as
from whole.target
where household_key in (select household_key from household);

create table barrier as
from whole.barrier
where desa_key in (select desa_key from desa);

-- Colleagues who work in these desa, or who have visited there.
create table assistant as
select
    whole.assistant.assistant_id,
    whole.assistant.assistant_name,
    list_sort(list_intersect(whole.assistant.desa_codes, here.codes)) as desa_codes,
    whole.assistant.batch_no
from whole.assistant
cross join (select list(desa_code) as codes from scope) as here
where list_has_any(whole.assistant.desa_codes, here.codes)
   or whole.assistant.assistant_id in (select assistant_id from visit);

create table contact as from whole.contact where desa_key in (select desa_key from desa);
create table receipt as from whole.receipt where desa_key in (select desa_key from desa);
create table reach as from whole.reach where desa_key in (select desa_key from desa);
create table benefit as from whole.benefit where desa_key in (select desa_key from desa);
create table outside as from whole.outside where desa_key in (select desa_key from desa);
create table desa_day as from whole.desa_day where desa_key in (select desa_key from desa);

detach whole;
