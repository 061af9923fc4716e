from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on working while a million accounts are indexed.
    atomic = False

    dependencies = [
        ("accounts", "0008_spare_standings"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(fields=["segment"], name="account_segment"),
        ),
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(fields=["id"], condition=models.Q(is_customer=True), name="account_customers"),
        ),
    ]
