-- Removes the rows that `keluarga_apply` writes anew.
delete from household
where household_key in (select household_key from judged where verdict = 'changed');
