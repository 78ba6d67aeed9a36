-- From here on `tokens.hash` is an HMAC-SHA-256 under a key of the installation, over the SHA-256
-- that was stored before. The next start of the server recomputes it, as SQL has no such key. The
-- tables stay as they are; this version keeps programs away that would look for the SHA-256.
SELECT 1;
