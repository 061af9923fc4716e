CREATE TEMPORARY TABLE staged (
    row_number integer PRIMARY KEY,
    cells text NOT NULL,
    fingerprint uuid,
    rejection text NOT NULL DEFAULT '',
    skip text NOT NULL DEFAULT '',
    identity text,
    target_id bigint,
    verdict text NOT NULL DEFAULT '',
    name text,
    series text,
    list_price_amount numeric,
    currency text
)
