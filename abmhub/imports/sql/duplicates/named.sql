-- Every account whose name has a word in common with a new one, once for each such word.
SELECT word, id, country, normalized_name AS name, is_new
FROM (
    SELECT id, country, normalized_name, id IN (SELECT id FROM compared) AS is_new, {words} AS word
    FROM accounts_account
    WHERE length(normalized_name) >= %(letters)s
) AS said
WHERE word IN (SELECT word FROM compared)
