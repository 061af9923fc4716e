-- A standing for every account that has none. The lock leaves out accounts that were deleted meanwhile.
INSERT INTO accounts_standing (account_id)
SELECT account.id
FROM tonight_move AS tonight
JOIN accounts_account AS account ON account.id = tonight.account_id
WHERE NOT tonight.has_standing
FOR KEY SHARE OF account
ON CONFLICT DO NOTHING
