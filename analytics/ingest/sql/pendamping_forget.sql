-- Removes the rows that `pendamping_apply` writes anew.
delete from assistant
where assistant_id in (select assistant_id from judged where verdict = 'changed');
