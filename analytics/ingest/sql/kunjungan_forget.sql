-- Removes the rows that `kunjungan_apply` writes anew.
delete from visit
where visit_id in (select visit_id from judged where verdict = 'changed');
