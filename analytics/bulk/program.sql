-- Eight simulated programs. No parameters.
insert into program
select
    cast(i + 1 as integer),
    list_extract(['pkh', 'sembako', 'blt_dd', 'pbi_jk', 'rtlh', 'pmt_stunting',
        'bantuan_lansia', 'bantuan_disabilitas'], i + 1),
    'Program simulasi ' || (i + 1),
    'Perangkat daerah simulasi ' || (1 + i // 2),
    1
from range(8) as numbers(i);
