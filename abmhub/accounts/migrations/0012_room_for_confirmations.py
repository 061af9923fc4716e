from django.db import migrations

# So that a file which confirms every account finds room beside each for its new version: then none of the many indexes
# is written. Costs nothing here and now; pages that are full stay so until their rows are written again.
ROOM = "ALTER TABLE accounts_account SET (fillfactor = 50)"
NO_ROOM = "ALTER TABLE accounts_account RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_fewer_indexes"),
    ]

    operations = [
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
