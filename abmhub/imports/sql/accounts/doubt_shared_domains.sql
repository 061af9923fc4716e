-- A domain that rows with different names or keys give is shared: it identifies none of them.
WITH shared AS (
    SELECT domain
    FROM live
    WHERE domain IS NOT NULL
    GROUP BY domain
    HAVING count(DISTINCT coalesce(nullif(external_id, ''), normalized_name)) > 1
), cleared AS (
    UPDATE live SET domain = NULL FROM shared WHERE live.domain = shared.domain
    RETURNING live.row_number, shared.domain
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'domain', domain, 'Several rows of the file have this domain, so it identifies none of them.'
FROM cleared
