-- What to do about a row that could not be placed; the errors file can come again when it is done.
UPDATE live
SET rejection = left(
    CASE
        WHEN namesakes > 1
        THEN 'There are ' || namesakes || ' accounts called “' || account_name || '”: add a column with their domain.'
        WHEN account_name <> ''
        THEN 'No account is called “' || account_name || '”: import it first, or correct the name.'
        WHEN account_external_id <> ''
        THEN 'No account of this source has the key ' || account_external_id || ': import the accounts first.'
        WHEN account_domain || email_domain <> ''
        THEN 'No account has the domain ' || coalesce(nullif(account_domain, ''), email_domain)
            || ': import the account first.'
        ELSE 'The row names no account: add a column with its name, key or domain.'
    END,
    300
)
WHERE account_id IS NULL AND target_id IS NULL
