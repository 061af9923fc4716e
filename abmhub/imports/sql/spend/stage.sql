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
    campaign_external_id text,
    campaign_name text,
    spent_on date,
    amount numeric,
    currency text,
    campaign_id bigint
)
