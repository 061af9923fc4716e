-- An index that broke off while it was made is there, and not whole.
SELECT class.relname AS name, index.indisvalid AS is_whole
FROM pg_index AS index
JOIN pg_class AS class ON class.oid = index.indexrelid
WHERE index.indrelid = 'accounts_account'::regclass AND starts_with(class.relname, 'attribute_')
ORDER BY name
