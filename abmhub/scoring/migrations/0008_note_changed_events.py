"""Of an event that changed or went it is noted which: whoever counts events by day has to know that some did."""

from django.db import migrations, models

EVENTS = """
CREATE OR REPLACE FUNCTION scoring_note_changed_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO scoring_changedaccount (account_id, event_id) SELECT account_id, id FROM new_rows;
        RETURN NULL;
    END IF;
    INSERT INTO scoring_changedaccount (account_id, event_id, is_weighed_anew)
    SELECT account_id, id, TRUE FROM old_rows;
    -- A person may have done something at an account that they have left since.
    INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
    SELECT DISTINCT contact.account_id, TRUE
    FROM old_rows JOIN committee_contact AS contact ON contact.id = old_rows.contact_id
    WHERE contact.account_id <> old_rows.account_id;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO scoring_changedaccount (account_id, event_id, is_weighed_anew)
        SELECT account_id, id, TRUE FROM new_rows;
        INSERT INTO scoring_changedaccount (account_id, is_weighed_anew)
        SELECT DISTINCT contact.account_id, TRUE
        FROM new_rows JOIN committee_contact AS contact ON contact.id = new_rows.contact_id
        WHERE contact.account_id <> new_rows.account_id;
    END IF;
    RETURN NULL;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0007_moves_anyway")]

    operations = [
        migrations.AlterField(
            model_name="changedaccount",
            name="event_id",
            field=models.BigIntegerField(
                help_text="The event that was recorded, changed or deleted, if that is what happened.", null=True
            ),
        ),
        migrations.RunSQL(EVENTS, migrations.RunSQL.noop),
    ]
