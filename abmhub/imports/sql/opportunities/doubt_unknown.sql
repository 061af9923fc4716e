INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT
    row_number, 'account', account_name,
    CASE WHEN account_name = '' THEN 'The file names no account.' ELSE 'No account has this name, or several have it.' END
FROM live
WHERE account_id IS NULL
UNION ALL
SELECT row_number, 'product', product_name, 'No product has this name.'
FROM live
WHERE product_id IS NULL AND product_name <> ''
