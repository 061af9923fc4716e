-- How many contacts today's title rules would say something else of, field by field, and how many in all.
WITH changed AS (
    SELECT
        reading.seniority <> contact.seniority AND NOT 'seniority' = ANY (contact.decided) AS seniority,
        reading.department <> contact.department AND NOT 'department' = ANY (contact.decided) AS department,
        reading.persona_id IS DISTINCT FROM contact.persona_id AND NOT 'persona' = ANY (contact.decided) AS persona,
        reading.buying_role_id IS DISTINCT FROM contact.buying_role_id
            AND NOT 'buying_role' = ANY (contact.decided) AS buying_role
    FROM committee_contact contact
    JOIN title_reading reading USING (title)
    WHERE contact.erased_at IS NULL
)
SELECT
    count(*) FILTER (WHERE seniority) AS seniority,
    count(*) FILTER (WHERE department) AS department,
    count(*) FILTER (WHERE persona) AS persona,
    count(*) FILTER (WHERE buying_role) AS buying_role,
    count(*) FILTER (WHERE seniority OR department OR persona OR buying_role) AS contacts
FROM changed
