"""Until now every value was given by a person or a file: title rules may not overwrite it."""

from django.db import migrations

DECIDED = """
    UPDATE committee_contact
    SET decided = array_remove(ARRAY[
        CASE WHEN seniority <> '' THEN 'seniority' END,
        CASE WHEN department <> '' THEN 'department' END,
        CASE WHEN persona_id IS NOT NULL THEN 'persona' END,
        CASE WHEN buying_role_id IS NOT NULL THEN 'buying_role' END
    ], NULL)
    WHERE decided = '{}' AND (seniority <> '' OR department <> '' OR persona_id IS NOT NULL OR buying_role_id IS NOT NULL)
"""
HISTORY = """
    INSERT INTO committee_stancechange (contact_id, stance, note, changed_at)
    SELECT id, stance, stance_note, created_at FROM committee_contact WHERE stance <> ''
"""
STATEMENTS = (DECIDED, HISTORY)


class Migration(migrations.Migration):
    dependencies = [("committee", "0003_suggestions")]

    operations = [
        migrations.RunSQL(DECIDED, migrations.RunSQL.noop),
        migrations.RunSQL(HISTORY, "DELETE FROM committee_stancechange WHERE by_id IS NULL"),
    ]
