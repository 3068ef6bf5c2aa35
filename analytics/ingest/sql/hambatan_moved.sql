-- The day a barrier was opened was corrected: the first entry of its history moves along.
update barrier_status
set noted_on = judged.opened_on
from judged
where judged.barrier_id = barrier_status.barrier_id
  and judged.verdict = 'changed'
  and judged.opened_on <> judged.old_opened_on
  and barrier_status.noted_on = judged.old_opened_on
  and barrier_status.status = 'terbuka';
