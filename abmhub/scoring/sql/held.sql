-- Part of scoring/tonight_accounts: who is held, which a day may end; the part "stale" names those who are stale for days
-- that a rule counts.
UNION
SELECT account_id FROM accounts_standing AS standing WHERE standing.held_by <> ''{stale}
