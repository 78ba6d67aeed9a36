-- The triggers, if there are any, and their table.

-- Only on SQLite:
SELECT 1;
