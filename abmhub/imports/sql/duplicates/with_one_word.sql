-- Word by word those who share it, the new ones first. Only accounts of one country, or of none, are compared; the words
-- that cost least come first, and are taken while all together cost no more than so many comparisons.
WITH sharing AS (
    SELECT word, country, count(*) AS accounts, count(*) FILTER (WHERE is_new) AS new
    FROM named
    GROUP BY word, country
), cost AS (
    SELECT
        word,
        coalesce(sum(new * accounts) FILTER (WHERE country <> ''), 0)
        + coalesce(sum(new) * sum(accounts) FILTER (WHERE country = ''), 0)
        + coalesce(sum(accounts) * sum(new) FILTER (WHERE country = ''), 0) AS comparisons
    FROM sharing
    GROUP BY word
    HAVING sum(accounts) > 1
), taken AS (
    SELECT word, comparisons
    FROM (SELECT word, comparisons, sum(comparisons) OVER (ORDER BY comparisons, word) AS so_far FROM cost) AS added
    WHERE so_far <= %(at_most)s
)
SELECT word, id, country, name, is_new
FROM named
JOIN taken USING (word)
ORDER BY comparisons, word, is_new DESC, id
