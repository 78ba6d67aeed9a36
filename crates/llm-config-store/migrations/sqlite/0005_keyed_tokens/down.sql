-- What is keyed stays keyed: the SHA-256 is nowhere any more.
SELECT 1;
