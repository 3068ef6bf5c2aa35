-- The official desa an empty store is about. Reads: places (Arrow).
insert into desa
select desa_key, desa_code, bps_code, desa_name, other_name, kecamatan, lon, lat, area_km2
from places
order by desa_key;
