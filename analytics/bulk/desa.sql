-- Simulated desa for a large store. Parameters: $desa_count. Replaces the official ones.
insert into desa
select
    cast(i + 1 as integer) as desa_key,
    printf('63.%02d.%02d.%04d', 1 + i // 160, 1 + (i % 160) // 16, 2001 + i % 16) as desa_code,
    null as bps_code,
    printf('Desa Simulasi %04d', i + 1) as desa_name,
    printf('Desa Simulasi %04d', i + 1) as other_name,
    printf('Kecamatan Simulasi %02d.%02d', 1 + i // 160, 1 + (i % 160) // 16) as kecamatan,
    114.5 + (i % 50) * 0.04 as lon,
    -4.0 + (i // 50) * 0.05 as lat,
    4.0 + i % 7 as area_km2
from range($desa_count) as numbers(i);
