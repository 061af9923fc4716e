-- The next night tries again whom this one could not compute.
INSERT INTO scoring_changedaccount (account_id, is_read_anew) SELECT account_id, TRUE FROM tonight_failed
