-- program_list: which programs are known? Grain: one row per program. No parameters.
select program_code, program_name, agency
from program
order by program_code;
