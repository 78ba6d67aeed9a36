-- Keyed hashes stay keyed: the SHA-256 values are gone.
SELECT 1;
