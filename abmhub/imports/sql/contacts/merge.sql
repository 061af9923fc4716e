-- What each person will be: an empty cell says nothing and changes nothing. A title suggests what neither the file
-- nor a person decides. Whoever opted out stays so, and is known by the first key that they came with.
UPDATE live
SET
    account_id = merged.account_id,
    email = merged.email,
    phone = merged.phone,
    title = merged.title,
    department = merged.department,
    seniority = merged.seniority,
    persona_id = merged.persona_id,
    buying_role_id = merged.buying_role_id,
    decided = merged.decided,
    stance = merged.stance,
    is_other_stance = merged.stance <> merged.old_stance,
    locale = merged.locale,
    time_zone = merged.time_zone,
    opted_out_at = merged.opted_out_at,
    new_source = merged.source,
    new_external_id = merged.external_id,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT
        new.*,
        old.stance AS old_stance,
        ROW(
            new.account_id, live.name, new.email, new.phone, new.title, new.department, new.seniority,
            new.persona_id, new.buying_role_id, new.decided, new.stance, new.locale, new.time_zone, new.opted_out_at,
            new.source, new.external_id
        ) IS DISTINCT FROM ROW(
            old.account_id, old.name, old.email, old.phone, old.title, old.department, old.seniority,
            old.persona_id, old.buying_role_id, old.decided::text[], old.stance, old.locale, old.time_zone,
            old.opted_out_at, old.source, old.external_id
        )
        OR EXISTS (
            SELECT FROM unnest(live.refused_channels) AS refused (channel)
            WHERE NOT EXISTS (
                SELECT FROM committee_optout AS known WHERE known.contact_id = old.id AND known.channel = refused.channel
            )
        ) AS differs
    FROM live
    JOIN committee_contact AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(live.account_id, old.account_id) AS account_id,
            coalesce(nullif(live.email, ''), old.email) AS email,
            coalesce(nullif(live.phone, ''), old.phone) AS phone,
            coalesce(nullif(live.title, ''), old.title) AS title,
            CASE
                WHEN live.seniority <> '' THEN live.seniority
                WHEN live.title <> '' AND 'seniority' <> ALL (old.decided) THEN live.suggested_seniority
                ELSE old.seniority
            END AS seniority,
            CASE
                WHEN live.department <> '' THEN live.department
                WHEN live.title <> '' AND 'department' <> ALL (old.decided) THEN live.suggested_department
                ELSE old.department
            END AS department,
            CASE
                WHEN live.persona_id IS NOT NULL THEN live.persona_id
                WHEN live.title <> '' AND 'persona' <> ALL (old.decided) THEN live.suggested_persona_id
                ELSE old.persona_id
            END AS persona_id,
            CASE
                WHEN live.buying_role_id IS NOT NULL THEN live.buying_role_id
                WHEN live.title <> '' AND 'buying_role' <> ALL (old.decided) THEN live.suggested_buying_role_id
                ELSE old.buying_role_id
            END AS buying_role_id,
            ARRAY(
                SELECT said.field
                FROM (
                    VALUES
                        ('seniority', live.seniority <> ''),
                        ('department', live.department <> ''),
                        ('persona', live.persona_id IS NOT NULL),
                        ('buying_role', live.buying_role_id IS NOT NULL)
                ) AS said (field, is_decided)
                WHERE said.is_decided OR said.field = ANY (old.decided)
            ) AS decided,
            coalesce(nullif(live.stance, ''), old.stance) AS stance,
            coalesce(nullif(live.locale, ''), old.locale) AS locale,
            coalesce(nullif(live.time_zone, ''), old.time_zone) AS time_zone,
            coalesce(old.opted_out_at, live.opted_out_at) AS opted_out_at,
            CASE
                WHEN live.external_id <> '' AND (old.external_id = '' OR old.source = %(source)s) THEN %(source)s
                ELSE old.source
            END AS source,
            CASE
                WHEN live.external_id <> '' AND (old.external_id = '' OR old.source = %(source)s) THEN live.external_id
                ELSE old.external_id
            END AS external_id
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
