-- Part of scoring/tonight_accounts: who competes for the places of a tier.
UNION
SELECT account_id FROM accounts_standing WHERE tier_id = ANY(%(rationed)s) OR earned_tier_id = ANY(%(rationed)s)
