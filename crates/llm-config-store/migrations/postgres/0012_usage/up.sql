-- The usage of model calls, counted by the servers and added in batches.

-- One row for each hour (hours since 1970-01-01T00:00:00Z) of a configuration, token (empty: none), dialect
-- and model. A row has no foreign key: `incarnation` tells a configuration from a later one with the same id,
-- so the rows of a deleted one are never read again, and a job deletes them in small transactions.
CREATE TABLE usage_hours (
    config_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    hour BIGINT NOT NULL,
    token_id TEXT NOT NULL,
    dialect TEXT NOT NULL,
    model TEXT NOT NULL,
    calls BIGINT NOT NULL,
    ok BIGINT NOT NULL,
    upstream_errors BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    client_gone BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    calls_without_usage BIGINT NOT NULL,
    input BIGINT NOT NULL,
    cached BIGINT NOT NULL,
    cache_write BIGINT NOT NULL,
    output BIGINT NOT NULL,
    reasoning BIGINT NOT NULL,
    audio_in BIGINT NOT NULL,
    audio_out BIGINT NOT NULL,
    bytes_in BIGINT NOT NULL,
    bytes_out BIGINT NOT NULL,
    ms BIGINT NOT NULL,
    ms_first_byte BIGINT NOT NULL,
    PRIMARY KEY (config_id, incarnation, hour, token_id, dialect, model)
);
CREATE INDEX usage_hours_hour_idx ON usage_hours (hour);

-- The sums over all hours of a configuration, those included whose rows were deleted because of their age.
CREATE TABLE usage_totals (
    config_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    calls BIGINT NOT NULL,
    ok BIGINT NOT NULL,
    upstream_errors BIGINT NOT NULL,
    faults BIGINT NOT NULL,
    client_gone BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    blocked BIGINT NOT NULL,
    calls_without_usage BIGINT NOT NULL,
    input BIGINT NOT NULL,
    cached BIGINT NOT NULL,
    cache_write BIGINT NOT NULL,
    output BIGINT NOT NULL,
    reasoning BIGINT NOT NULL,
    audio_in BIGINT NOT NULL,
    audio_out BIGINT NOT NULL,
    bytes_in BIGINT NOT NULL,
    bytes_out BIGINT NOT NULL,
    ms BIGINT NOT NULL,
    ms_first_byte BIGINT NOT NULL,
    PRIMARY KEY (config_id, incarnation)
);

-- The last batch of each server process that was added. A process numbers its batches upwards and repeats one
-- whose outcome it does not know, so a number that is not greater is that of a repetition.
CREATE TABLE usage_batches (
    replica TEXT NOT NULL PRIMARY KEY,
    sequence BIGINT NOT NULL,
    applied_at BIGINT NOT NULL
);
