CREATE TEMPORARY TABLE staged_doubt (
    row_number integer NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    reason text NOT NULL,
    suggestion text NOT NULL DEFAULT ''
)
