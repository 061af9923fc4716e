-- How far the talks with "account" are: its deepest open opportunity, or that it buys already, or neither.
SELECT coalesce(
    (
        SELECT stage.name
        FROM pipeline_opportunity AS opportunity
        JOIN pipeline_stage AS stage ON stage.id = opportunity.stage_id
        WHERE opportunity.account_id = account.id AND stage.kind = 'open'
        ORDER BY stage.position DESC, stage.id DESC
        LIMIT 1
    ),
    CASE WHEN account.is_customer THEN 'customer' ELSE 'no opportunity' END
)
