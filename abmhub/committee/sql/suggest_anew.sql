-- What nobody decided follows today's title rules.
UPDATE committee_contact contact
SET seniority = wanted.seniority,
    department = wanted.department,
    persona_id = wanted.persona_id,
    buying_role_id = wanted.buying_role_id,
    updated_at = %(at)s
FROM (
    SELECT
        known.id,
        CASE WHEN 'seniority' = ANY (known.decided) THEN known.seniority ELSE reading.seniority END AS seniority,
        CASE WHEN 'department' = ANY (known.decided) THEN known.department ELSE reading.department END AS department,
        CASE WHEN 'persona' = ANY (known.decided) THEN known.persona_id ELSE reading.persona_id END AS persona_id,
        CASE WHEN 'buying_role' = ANY (known.decided)
            THEN known.buying_role_id ELSE reading.buying_role_id END AS buying_role_id
    FROM committee_contact known
    JOIN title_reading reading USING (title)
    WHERE known.erased_at IS NULL
) wanted
WHERE contact.id = wanted.id
    AND (contact.seniority, contact.department, contact.persona_id, contact.buying_role_id)
        IS DISTINCT FROM (wanted.seniority, wanted.department, wanted.persona_id, wanted.buying_role_id)
