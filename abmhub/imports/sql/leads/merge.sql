-- What each lead will be: an empty cell says nothing and changes nothing.
UPDATE live
SET
    company_name = merged.company_name,
    email = merged.email,
    created_on = merged.created_on,
    mql_on = merged.mql_on,
    sql_on = merged.sql_on,
    account_id = merged.account_id,
    campaign_id = merged.campaign_id,
    opportunity_id = merged.opportunity_id,
    verdict = CASE WHEN merged.differs THEN 'update' ELSE 'unchanged' END
FROM (
    SELECT
        new.*,
        ROW(
            live.name, new.company_name, new.email, new.created_on, new.mql_on, new.sql_on, new.account_id,
            new.campaign_id, new.opportunity_id
        ) IS DISTINCT FROM ROW(
            old.name, old.company_name, old.email, old.created_on, old.mql_on, old.sql_on, old.account_id,
            old.campaign_id, old.opportunity_id
        ) AS differs
    FROM live
    JOIN pipeline_lead AS old ON old.id = live.target_id
    CROSS JOIN LATERAL (
        SELECT
            live.row_number,
            coalesce(nullif(live.company_name, ''), old.company_name) AS company_name,
            coalesce(nullif(live.email, ''), old.email) AS email,
            coalesce(live.created_on, old.created_on) AS created_on,
            coalesce(live.mql_on, old.mql_on) AS mql_on,
            coalesce(live.sql_on, old.sql_on) AS sql_on,
            CASE
                WHEN live.account_is_guessed THEN coalesce(old.account_id, live.account_id)
                ELSE coalesce(live.account_id, old.account_id)
            END AS account_id,
            coalesce(live.campaign_id, old.campaign_id) AS campaign_id,
            coalesce(live.opportunity_id, old.opportunity_id) AS opportunity_id
    ) AS new
) AS merged
WHERE live.row_number = merged.row_number
