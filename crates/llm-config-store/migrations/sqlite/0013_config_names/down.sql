-- The column, if there is one.

-- Only on SQLite:
SELECT 1;
