-- Writes one side of the journal, {side}, onto the accounts of the edit that were not given back yet.
UPDATE accounts_account AS account
SET (
    name, normalized_name, owner_id, territory_id, industry, country, headquarters, segment, employees,
    annual_revenue_amount, acv_amount, currency, founded_year, technologies, is_target, attributes, updated_at
) = (
    SELECT
        name, normalized_name, owner_id, territory_id, industry, country, headquarters, segment, employees,
        annual_revenue_amount, acv_amount, currency, founded_year, technologies, is_target,
        jsonb_strip_nulls(account.attributes || coalesce(
            (
                SELECT jsonb_object_agg(substr(key, length('attributes.') + 1), value)
                FROM jsonb_each(edited.{side})
                WHERE starts_with(key, 'attributes.')
            ),
            '{{}}'
        )),
        %(at)s
    FROM jsonb_populate_record(account, edited.{side})
)
FROM accounts_editedaccount AS edited
WHERE edited.edit_id = %(edit)s AND edited.account_id = account.id AND edited.account_id = ANY(%(accounts)s)
