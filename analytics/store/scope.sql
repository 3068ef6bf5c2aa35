-- scope: the rows of a version that a reader of some desa may see, as tables of their own.
-- Parameters: $codes (Kemendagri codes). The version is attached read-only as `whole`, and
-- detached when this is done: what is not copied here cannot be reached any more.
create table scope as select unnest(cast($codes as text[])) as desa_code;
