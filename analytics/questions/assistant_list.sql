-- assistant_list: who visits, and where? Grain: one row per assistant. No parameters.
select assistant_id, assistant_name, desa_codes
from assistant
order by assistant_id;
