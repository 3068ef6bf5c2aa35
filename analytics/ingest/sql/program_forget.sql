-- Removes the rows that `program_apply` writes anew.
delete from program
where program_key in (select program_key from judged where verdict = 'changed');
