from django.db import migrations, models

# The index is made when everything is in: that takes half as long. Whoever writes events waits meanwhile, whoever reads
# them does not.
FILL = """
LOCK TABLE signals_engagementevent IN SHARE ROW EXCLUSIVE MODE;
CREATE TABLE signals_eventkey (
    source varchar(60) NOT NULL,
    external_id varchar(200) NOT NULL,
    event_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL
);
INSERT INTO signals_eventkey (source, external_id, event_id, occurred_at)
SELECT source, external_id, id, occurred_at FROM signals_engagementevent;
ALTER TABLE signals_eventkey ADD PRIMARY KEY (source, external_id);
"""
# The statements are planned anew each time (EXECUTE): one event and a million want different plans.
KEEP = """
CREATE FUNCTION signals_key_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO signals_eventkey (source, external_id, event_id, occurred_at)
    SELECT source, external_id, id, occurred_at FROM made;
    RETURN NULL;
END
$$;
CREATE FUNCTION signals_key_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE '
        UPDATE signals_eventkey AS key
        SET source = made.source, external_id = made.external_id, occurred_at = made.occurred_at
        FROM was
        JOIN made USING (id)
        WHERE key.source = was.source
            AND key.external_id = was.external_id
            AND (made.source, made.external_id, made.occurred_at)
            IS DISTINCT FROM (was.source, was.external_id, was.occurred_at)
    ';
    RETURN NULL;
END
$$;
CREATE FUNCTION signals_key_gone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE '
        DELETE FROM signals_eventkey AS key
        USING was
        WHERE key.source = was.source AND key.external_id = was.external_id
    ';
    RETURN NULL;
END
$$;
CREATE TRIGGER signals_key_made AFTER INSERT ON signals_engagementevent
REFERENCING NEW TABLE AS made
FOR EACH STATEMENT EXECUTE FUNCTION signals_key_made();
CREATE TRIGGER signals_key_changed AFTER UPDATE ON signals_engagementevent
REFERENCING OLD TABLE AS was NEW TABLE AS made
FOR EACH STATEMENT EXECUTE FUNCTION signals_key_changed();
CREATE TRIGGER signals_key_gone AFTER DELETE ON signals_engagementevent
REFERENCING OLD TABLE AS was
FOR EACH STATEMENT EXECUTE FUNCTION signals_key_gone();
"""
# As before, but that what is known is told by its key.
PLACE = """
CREATE OR REPLACE FUNCTION signals_place(accounts bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    events bigint;
    observations bigint;
BEGIN
    WITH placed AS (
        DELETE FROM signals_unplacedevent AS waiting
        USING accounts_account AS account
        WHERE account.id = ANY(accounts) AND waiting.domain = account.domain
        RETURNING account.id AS account_id, waiting.*
    )
    INSERT INTO signals_engagementevent (id, account_id, event_type_id, occurred_at, detail, source, external_id)
    SELECT id, account_id, event_type_id, occurred_at, detail, source, external_id
    FROM placed
    WHERE NOT EXISTS (
        SELECT FROM signals_eventkey AS key
        WHERE key.source = placed.source AND key.external_id = placed.external_id
    );
    GET DIAGNOSTICS events = ROW_COUNT;
    WITH placed AS (
        DELETE FROM signals_unplacedobservation AS waiting
        USING accounts_account AS account
        WHERE account.id = ANY(accounts) AND waiting.domain = account.domain
        RETURNING account.id AS account_id, waiting.*
    )
    INSERT INTO signals_intentobservation AS known (id, account_id, provider_id, topic_id, week_on, level)
    SELECT id, account_id, provider_id, topic_id, week_on, level
    FROM placed
    ON CONFLICT (account_id, topic_id, week_on, provider_id) DO UPDATE
    SET level = excluded.level
    WHERE known.level < excluded.level;
    GET DIAGNOSTICS observations = ROW_COUNT;
    RETURN events + observations;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("signals", "0005_engagement_state"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FILL + KEEP + PLACE)],
            state_operations=[
                migrations.CreateModel(
                    name="EventKey",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "source", "external_id", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("source", models.CharField(max_length=60)),
                        ("external_id", models.CharField(max_length=200)),
                        ("event_id", models.BigIntegerField()),
                        ("occurred_at", models.DateTimeField()),
                    ],
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="engagementevent", name="engagement_event_once"),
    ]
