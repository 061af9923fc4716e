"""Changes of many rows at once are told from those of few.

The plan of a statement within a trigger is kept for as long as the connection lives, and made for as few rows as came
first: a worker that had changed one account before compared each of many thousand with every other. A full join pairs
the same rows, for each that is updated has an earlier and a later state, and is never made by trying all pairs.
"""

from django.db import migrations

CONTACTS = """
CREATE OR REPLACE FUNCTION scoring_note_changed_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew) SELECT DISTINCT account_id, TRUE FROM new_rows;
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew) SELECT DISTINCT account_id, TRUE FROM old_rows;
        RETURN NULL;
    END IF;
    WITH changed AS (
        SELECT id, earlier.account_id AS earlier_account_id, later.account_id AS later_account_id
        FROM new_rows AS later FULL JOIN old_rows AS earlier USING (id)
        WHERE (
            later.account_id, later.seniority, later.buying_role_id, later.email = '', later.phone = '',
            later.opted_out_at
        ) IS DISTINCT FROM (
            earlier.account_id, earlier.seniority, earlier.buying_role_id, earlier.email = '', earlier.phone = '',
            earlier.opted_out_at
        )
    )
    INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
    SELECT earlier_account_id, TRUE FROM changed
    UNION
    SELECT later_account_id, TRUE FROM changed
    UNION
    SELECT event.account_id, TRUE FROM changed JOIN signals_engagementevent AS event ON event.contact_id = changed.id;
    RETURN NULL;
END
$$
"""
ACCOUNTS = """
CREATE OR REPLACE FUNCTION scoring_note_changed_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id) SELECT id FROM new_rows;
    ELSE
        INSERT INTO scoring_changedaccount (account_id)
        SELECT id FROM new_rows AS later FULL JOIN old_rows AS earlier USING (id)
        WHERE (
            later.owner_id, later.territory_id, later.industry, later.country, later.segment, later.employees,
            later.annual_revenue_amount, later.acv_amount, later.currency, later.founded_year, later.technologies,
            later.attributes, later.is_customer, later.is_target, later.created_at
        ) IS DISTINCT FROM (
            earlier.owner_id, earlier.territory_id, earlier.industry, earlier.country, earlier.segment, earlier.employees,
            earlier.annual_revenue_amount, earlier.acv_amount, earlier.currency, earlier.founded_year, earlier.technologies,
            earlier.attributes, earlier.is_customer, earlier.is_target, earlier.created_at
        )
        OR (later.refreshed_at, later.refreshed_from) IS DISTINCT FROM (earlier.refreshed_at, earlier.refreshed_from)
        AND least(coalesce(later.refreshed_at, later.created_at), coalesce(earlier.refreshed_at, earlier.created_at)) < (
            SELECT as_of_on + 2 - (SELECT least(14, min(due_every_days)) FROM accounts_freshnessclock)
            FROM scoring_nightbasis
        );
    END IF;
    RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0010_weighing_basis")]

    operations = [
        migrations.RunSQL(CONTACTS, migrations.RunSQL.noop),
        migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop),
    ]
