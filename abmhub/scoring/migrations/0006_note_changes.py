"""Statement by statement, which accounts anything happened to that the night has to look at."""

from django.db import migrations

ANY_TABLE = """
CREATE FUNCTION scoring_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO scoring_changedaccount (account_id)
        SELECT DISTINCT account_id FROM new_rows WHERE account_id IS NOT NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id)
        SELECT DISTINCT account_id FROM old_rows WHERE account_id IS NOT NULL;
    END IF;
    RETURN NULL;
END
$$
"""

INTENT = """
CREATE FUNCTION scoring_note_changed_intent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO scoring_changedaccount (account_id, is_read_anew) SELECT DISTINCT account_id, TRUE FROM new_rows;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, is_read_anew) SELECT DISTINCT account_id, TRUE FROM old_rows;
    END IF;
    RETURN NULL;
END
$$
"""

# A person may have done something at an account that they have left since.
EVENTS = """
CREATE FUNCTION scoring_note_changed_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, event_id) SELECT account_id, id FROM new_rows;
        RETURN NULL;
    END IF;
    INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
    SELECT account_id, TRUE FROM old_rows
    UNION
    SELECT contact.account_id, TRUE FROM old_rows JOIN committee_contact AS contact ON contact.id = old_rows.contact_id;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
        SELECT account_id, TRUE FROM new_rows
        UNION
        SELECT contact.account_id, TRUE
        FROM new_rows JOIN committee_contact AS contact ON contact.id = new_rows.contact_id;
    END IF;
    RETURN NULL;
END
$$
"""

# Who comes or goes is counted by role; what they did is weighed by who they are.
CONTACTS = """
CREATE FUNCTION scoring_note_changed_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
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
        FROM new_rows AS later JOIN old_rows AS earlier USING (id)
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

# What a source confirms again and again without changing it must not cost the night anything, unless the account was
# stale for the last night, or is so again: the night looks for what time makes stale, and takes the rest from here. No
# clock is shorter than the shortest; two days leave room for every zone, and for a night that is going on.
ACCOUNTS = """
CREATE FUNCTION scoring_note_changed_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id) SELECT id FROM new_rows;
    ELSE
        INSERT INTO scoring_changedaccount (account_id)
        SELECT id FROM new_rows AS later JOIN old_rows AS earlier USING (id)
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

WATCHED = (
    ("signals_engagementevent", "scoring_note_changed_events", ("insert", "update", "delete")),
    ("signals_intentobservation", "scoring_note_changed_intent", ("insert", "update", "delete")),
    ("pipeline_opportunity", "scoring_note_changed", ("insert", "update", "delete")),
    ("scoring_tieroverride", "scoring_note_changed", ("insert", "update", "delete")),
    ("committee_contact", "scoring_note_changed_contacts", ("insert", "update", "delete")),
    ("accounts_account", "scoring_note_changed_accounts", ("insert", "update")),
)
ROWS = {
    "insert": "NEW TABLE AS new_rows",
    "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "OLD TABLE AS old_rows",
}


def _trigger(table: str, function: str, event: str) -> migrations.RunSQL:
    name = f"scoring_note_{event}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} AFTER {event.upper()} ON {table} REFERENCING {ROWS[event]}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_held_tiers"),
        ("committee", "0006_role_counts"),
        ("pipeline", "0002_campaign_members"),
        ("signals", "0005_engagement_state"),
        ("scoring", "0005_changed_accounts"),
    ]

    operations = [
        migrations.RunSQL(ANY_TABLE, "DROP FUNCTION scoring_note_changed()"),
        migrations.RunSQL(INTENT, "DROP FUNCTION scoring_note_changed_intent()"),
        migrations.RunSQL(EVENTS, "DROP FUNCTION scoring_note_changed_events()"),
        migrations.RunSQL(ACCOUNTS, "DROP FUNCTION scoring_note_changed_accounts()"),
        migrations.RunSQL(CONTACTS, "DROP FUNCTION scoring_note_changed_contacts()"),
        *(_trigger(table, function, event) for table, function, events in WATCHED for event in events),
    ]
