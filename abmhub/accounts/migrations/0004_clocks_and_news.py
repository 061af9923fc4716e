from django.conf import settings
from django.db import migrations, models

# Accounts that files brought before sources had clocks: the source that was the last to know them, and its clock.
REMEMBER_SOURCES = """
UPDATE accounts_account AS account
SET refreshed_from = known.source
FROM (
    SELECT DISTINCT ON (account_id) account_id, source FROM accounts_accountidentity ORDER BY account_id, id DESC
) AS known
WHERE account.id = known.account_id AND account.refreshed_at IS NOT NULL AND account.refreshed_from = ''
"""
WIND_CLOCKS = """
INSERT INTO accounts_freshnessclock (source, due_every_days, last_file_on)
SELECT refreshed_from, 14, max(refreshed_at)::date
FROM accounts_account
WHERE refreshed_from <> ''
GROUP BY refreshed_from
ON CONFLICT (source) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_own_history"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="freshnessclock",
            name="accounts",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="Whose facts it was the last to confirm; the night counts.",
            ),
        ),
        migrations.AddField(
            model_name="freshnessclock",
            name="stale_accounts",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                editable=False,
                help_text="Of these, how many it should have confirmed again.",
            ),
        ),
        migrations.AddIndex(
            model_name="reassignment",
            index=models.Index(fields=["pgh_created_at"], name="reassignment_lately"),
        ),
        migrations.RunSQL(REMEMBER_SOURCES, migrations.RunSQL.noop),
        migrations.RunSQL(WIND_CLOCKS, migrations.RunSQL.noop),
    ]
