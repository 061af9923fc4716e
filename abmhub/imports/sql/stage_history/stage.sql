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
    opportunity_external_id text,
    stage_name text,
    entered_at timestamptz,
    entered_on date,
    opportunity_id bigint,
    stage_id bigint
)
