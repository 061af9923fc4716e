from django.db import migrations, models

# Gives accounts what was kept for their domains, and forgets what they know already; returns how many rows it was.
PLACE = """
CREATE FUNCTION signals_place(accounts bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
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
    ON CONFLICT (source, external_id) DO NOTHING;
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
$$
"""
# Whatever way an account comes by its domain: a form, a file, the API, a merge, or SQL. Of many new accounts only those
# are looked at for whose domain something waits.
APPEAR = """
CREATE FUNCTION signals_place_appeared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM signals_place(found.accounts)
    FROM (
        SELECT array_agg(id) AS accounts
        FROM (
            SELECT appeared.id
            FROM appeared
            WHERE EXISTS (SELECT FROM signals_unplacedevent AS waiting WHERE waiting.domain = appeared.domain)
            UNION
            SELECT appeared.id
            FROM appeared
            WHERE EXISTS (SELECT FROM signals_unplacedobservation AS waiting WHERE waiting.domain = appeared.domain)
        ) AS expected
    ) AS found
    WHERE found.accounts IS NOT NULL;
    RETURN NULL;
END
$$;
CREATE FUNCTION signals_place_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM signals_place(ARRAY[NEW.id]);
    RETURN NULL;
END
$$;
CREATE TRIGGER signals_place_appeared AFTER INSERT ON accounts_account
REFERENCING NEW TABLE AS appeared
FOR EACH STATEMENT EXECUTE FUNCTION signals_place_appeared();
CREATE TRIGGER signals_place_renamed AFTER UPDATE OF domain ON accounts_account
FOR EACH ROW WHEN (NEW.domain IS NOT NULL AND NEW.domain IS DISTINCT FROM OLD.domain)
EXECUTE FUNCTION signals_place_renamed();
"""
VANISH = """
DROP TRIGGER signals_place_appeared ON accounts_account;
DROP TRIGGER signals_place_renamed ON accounts_account;
DROP FUNCTION signals_place_appeared();
DROP FUNCTION signals_place_renamed();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_held_tiers"),
        ("signals", "0002_clusters_and_unplaced"),
    ]

    operations = [
        migrations.AlterField(
            model_name="unplacedevent",
            name="id",
            field=models.BigIntegerField(
                db_default=models.Func(
                    models.Value("signals_engagementevent_id_seq"),
                    function="nextval",
                    output_field=models.BigIntegerField(),
                ),
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.AlterField(
            model_name="unplacedobservation",
            name="id",
            field=models.BigIntegerField(
                db_default=models.Func(
                    models.Value("signals_intentobservation_id_seq"),
                    function="nextval",
                    output_field=models.BigIntegerField(),
                ),
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.RunSQL(PLACE, "DROP FUNCTION signals_place(bigint[])"),
        migrations.RunSQL(APPEAR, VANISH),
    ]
