-- How servers notice that rows that they cache have changed; see docs/architecture.md.

-- Only on SQLite: the writer of a server notices the commits of other processes by `PRAGMA data_version`, and
-- this migration changes no table.
SELECT 1;
