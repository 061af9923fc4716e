UPDATE live
SET target_id = known.account_id, matched_by = 'key'
FROM accounts_accountidentity AS known
WHERE known.source = %(source)s AND known.external_id = live.identity
