"""That an account was deleted is noted too: whoever keeps something of accounts has to let go of it."""

from django.db import migrations

DELETED = """
CREATE FUNCTION scoring_note_deleted_accounts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO scoring_changedaccount (account_id) SELECT id FROM old_rows;
    RETURN NULL;
END
$$
"""
TRIGGER = """
CREATE TRIGGER scoring_note_delete AFTER DELETE ON accounts_account REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION scoring_note_deleted_accounts()
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0008_note_changed_events")]

    operations = [
        migrations.RunSQL(DELETED, "DROP FUNCTION scoring_note_deleted_accounts()"),
        migrations.RunSQL(TRIGGER, "DROP TRIGGER scoring_note_delete ON accounts_account"),
    ]
