-- A standing for every account that has none. The lock leaves out accounts that were deleted meanwhile.
INSERT INTO accounts_standing (account_id)
SELECT account.id
FROM tonight
JOIN accounts_account AS account ON account.id = tonight.account_id
WHERE NOT EXISTS (SELECT FROM accounts_standing AS standing WHERE standing.account_id = tonight.account_id)
FOR KEY SHARE OF account
ON CONFLICT DO NOTHING
