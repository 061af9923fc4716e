-- Every row of ours that the import creates (a fingerprint), changes (the columns before and after) or deletes
-- (the row as it was), in the order of writing.
CREATE TEMPORARY TABLE written (
    position integer GENERATED ALWAYS AS IDENTITY,
    "table" text NOT NULL,
    key bigint NOT NULL,
    before jsonb,
    after jsonb,
    fingerprint bigint
) ON COMMIT DROP
