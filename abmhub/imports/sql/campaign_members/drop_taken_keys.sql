-- A key says nothing new of a member, who is known by campaign and person; one that belongs to another is left out.
WITH taken AS (
    SELECT live.row_number, live.external_id
    FROM live
    LEFT JOIN pipeline_campaignmember AS member
        ON member.source = %(source)s AND member.external_id = live.external_id
        AND member.id IS DISTINCT FROM live.target_id
    WHERE live.external_id <> ''
        AND (
            member.id IS NOT NULL
            OR live.external_id IN (SELECT external_id FROM live GROUP BY external_id HAVING count(*) > 1)
        )
), cleared AS (
    UPDATE live SET external_id = '' FROM taken WHERE live.row_number = taken.row_number
)
INSERT INTO staged_doubt (row_number, field, value, reason)
SELECT row_number, 'external_id', external_id, 'Another member has this key, so it was left out.'
FROM taken
