-- Between which keys the accounts of tonight lie; empty without any.
SELECT min(account_id) AS lowest, max(account_id) AS highest FROM tonight_score
