-- Names of configurations, by which applications call them.

-- Only on SQLite: the writer of a server notices the commits of other processes by `PRAGMA data_version`, and
-- this migration changes no table.
SELECT 1;
