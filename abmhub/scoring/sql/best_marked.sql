-- Accounts that are marked as customers.
SELECT marked.id AS account_id FROM accounts_account AS marked WHERE marked.is_customer
