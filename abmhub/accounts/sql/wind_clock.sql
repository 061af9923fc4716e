-- Every source of account facts has a clock, from its first file on; an older file does not set it back.
INSERT INTO accounts_freshnessclock (source, due_every_days, last_file_on)
VALUES (%(source)s, %(days)s, %(on)s)
ON CONFLICT (source) DO UPDATE
SET last_file_on = greatest(accounts_freshnessclock.last_file_on, excluded.last_file_on)
