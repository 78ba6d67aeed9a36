\set k random(1, 10000)
SELECT c.* FROM configs c WHERE id = md5(:k::text)::uuid;
