-- Removes the rows that `hambatan_apply` writes anew.
delete from barrier
where barrier_id in (select barrier_id from judged where verdict = 'changed');
