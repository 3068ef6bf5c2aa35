-- desa_list: which desa is this store about? Grain: one row per desa. No parameters.
select desa_code, desa_name, bps_code, other_name, kecamatan, lon, lat, area_km2
from desa
order by desa_code;
