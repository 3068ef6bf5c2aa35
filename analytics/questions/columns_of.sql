-- columns_of: which columns does a table of this version have? Parameters: $table_name.
select column_name
from information_schema.columns
where table_schema = 'main'
  and table_name = $table_name;
