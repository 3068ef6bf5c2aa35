-- keluarga: what is wrong with a household's dates? Grain: one row per problem.
-- Reads: incoming (Arrow).
select
    row_no,
    'berakhir_pada' as column_name,
    'ends_before_start' as problem,
    false as is_warning,
    registered_on as day
from incoming
where ended_on < registered_on;
