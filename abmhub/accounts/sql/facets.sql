-- The industries and countries that any account has. A step of the recursion jumps to the next value in
-- the index, so that a million accounts of forty industries cost forty look-ups.
WITH RECURSIVE industry (value) AS (
    SELECT min(industry) FROM accounts_account WHERE industry > ''
    UNION ALL
    SELECT (SELECT min(account.industry) FROM accounts_account AS account WHERE account.industry > industry.value)
    FROM industry
    WHERE industry.value IS NOT NULL
), country (value) AS (
    SELECT min(country) FROM accounts_account WHERE country > ''
    UNION ALL
    SELECT (SELECT min(account.country) FROM accounts_account AS account WHERE account.country > country.value)
    FROM country
    WHERE country.value IS NOT NULL
)
SELECT 'industry' AS facet, value FROM industry WHERE value IS NOT NULL
UNION ALL
SELECT 'country', value FROM country WHERE value IS NOT NULL
