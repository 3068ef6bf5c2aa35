-- between_copy: the tables of a version, lent as `given_…`, with the columns of this release.
insert into meta by name (from given_meta);
insert into desa by name (from given_desa);
insert into program by name (from given_program);
insert into assistant by name (from given_assistant);
insert into household by name (from given_household);
insert into visit by name (from given_visit);
insert into target by name (from given_target);
insert into barrier by name (from given_barrier);
insert into barrier_status by name (from given_barrier_status);
insert into batch by name (from given_batch);
