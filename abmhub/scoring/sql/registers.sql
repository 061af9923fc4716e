-- All rows that concern every account but those of what events weigh, as one text.
SELECT jsonb_build_array(
    (SELECT jsonb_agg(row ORDER BY id) FROM signals_intentprovider AS row),
    (SELECT jsonb_agg(row ORDER BY id) FROM signals_topic AS row),
    (SELECT jsonb_agg(row ORDER BY id) FROM scoring_icpprofile AS row WHERE row.published_at IS NOT NULL),
    (
        SELECT jsonb_agg(row ORDER BY row.id)
        FROM scoring_icpcriterion AS row
        JOIN scoring_icpprofile AS profile ON profile.id = row.profile_id AND profile.published_at IS NOT NULL
    ),
    (SELECT jsonb_agg(row ORDER BY id) FROM scoring_tierpolicy AS row WHERE row.status = 'published'),
    (
        SELECT jsonb_agg(row ORDER BY row.id)
        FROM scoring_tierrule AS row
        JOIN scoring_tierpolicy AS policy ON policy.id = row.policy_id AND policy.status = 'published'
    ),
    (
        SELECT jsonb_agg(row ORDER BY row.id)
        FROM scoring_tiercondition AS row
        JOIN scoring_tierrule AS rule ON rule.id = row.rule_id
        JOIN scoring_tierpolicy AS policy ON policy.id = rule.policy_id AND policy.status = 'published'
    ),
    (
        SELECT jsonb_agg(row ORDER BY row.id)
        FROM scoring_tiercapacity AS row
        JOIN scoring_tierpolicy AS policy ON policy.id = row.policy_id AND policy.status = 'published'
    ),
    (SELECT jsonb_agg(row ORDER BY level) FROM accounts_tier AS row),
    (SELECT jsonb_agg(row ORDER BY id) FROM accounts_attribute AS row),
    (SELECT jsonb_agg(row ORDER BY id) FROM accounts_territory AS row),
    (SELECT jsonb_agg(jsonb_build_array(source, due_every_days) ORDER BY source) FROM accounts_freshnessclock),
    (SELECT jsonb_agg(row ORDER BY id) FROM pipeline_stage AS row)
)::text AS registers
