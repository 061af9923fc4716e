CREATE TEMPORARY TABLE staged (
    row_number integer PRIMARY KEY,
    cells text NOT NULL,
    fingerprint uuid,
    rejection text NOT NULL DEFAULT '',
    skip text NOT NULL DEFAULT '',
    identity text,
    target_id bigint,
    matched_by text NOT NULL DEFAULT '',
    verdict text NOT NULL DEFAULT '',
    external_id text,
    name text,
    channel_id bigint,
    motion text,
    started_on date,
    ended_on date,
    new_source text,
    new_external_id text
)
