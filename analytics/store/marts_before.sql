-- Sets the marts of a version aside, to be compared with a rebuild.
create temp table before_contact as from contact;
create temp table before_receipt as from receipt;
create temp table before_reach as from reach;
create temp table before_benefit as from benefit;
create temp table before_outside as from outside;
create temp table before_desa_day as from desa_day;
