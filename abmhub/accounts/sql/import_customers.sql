-- Whoever bought is a customer.
UPDATE accounts_account AS account
SET is_customer = true, updated_at = %(at)s
FROM (SELECT DISTINCT account_id FROM live WHERE is_won AND verdict <> 'unchanged') AS buyer
WHERE account.id = buyer.account_id AND NOT account.is_customer
