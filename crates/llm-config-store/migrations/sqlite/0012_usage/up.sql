-- The usage of model calls, counted by the servers and added in batches.

-- One row for each hour (hours since 1970-01-01T00:00:00Z) of a configuration, token (empty: none), dialect
-- and model. A row has no foreign key: `incarnation` tells a configuration from a later one with the same id,
-- so the rows of a deleted one are never read again, and a job deletes them in small transactions.
CREATE TABLE usage_hours (
    config_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    hour INTEGER NOT NULL,
    token_id TEXT NOT NULL,
    dialect TEXT NOT NULL,
    model TEXT NOT NULL,
    calls INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    upstream_errors INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    client_gone INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    calls_without_usage INTEGER NOT NULL,
    input INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    output INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    audio_in INTEGER NOT NULL,
    audio_out INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    ms_first_byte INTEGER NOT NULL,
    PRIMARY KEY (config_id, incarnation, hour, token_id, dialect, model)
) STRICT;
CREATE INDEX usage_hours_hour_idx ON usage_hours (hour);

-- The sums over all hours of a configuration, those included whose rows were deleted because of their age.
CREATE TABLE usage_totals (
    config_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    calls INTEGER NOT NULL,
    ok INTEGER NOT NULL,
    upstream_errors INTEGER NOT NULL,
    faults INTEGER NOT NULL,
    client_gone INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    calls_without_usage INTEGER NOT NULL,
    input INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    cache_write INTEGER NOT NULL,
    output INTEGER NOT NULL,
    reasoning INTEGER NOT NULL,
    audio_in INTEGER NOT NULL,
    audio_out INTEGER NOT NULL,
    bytes_in INTEGER NOT NULL,
    bytes_out INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    ms_first_byte INTEGER NOT NULL,
    PRIMARY KEY (config_id, incarnation)
) STRICT;

-- The last batch of each server process that was added. A process numbers its batches upwards and repeats one
-- whose outcome it does not know, so a number that is not greater is that of a repetition.
CREATE TABLE usage_batches (
    replica TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;
