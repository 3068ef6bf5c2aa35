-- Removes the rows that `sasaran_apply` writes anew.
delete from target
where (household_key, program_key, starts_on) in (
    select (household_key, program_key, starts_on) from judged where verdict = 'changed'
);
