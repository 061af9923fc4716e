INSERT INTO accounts_accountidentity (account_id, source, external_id)
SELECT target_id, %(source)s, identity
FROM live
WHERE matched_by <> 'key'
ON CONFLICT (source, external_id) DO NOTHING
