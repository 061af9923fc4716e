from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on working while a million accounts are indexed.
    atomic = False

    dependencies = [
        ("accounts", "0004_clocks_and_news"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(fields=["refreshed_from"], name="account_refreshed_from"),
        ),
    ]
