from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # People go on working while a million accounts are indexed.
    atomic = False

    dependencies = [
        ("accounts", "0005_index_sources"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(
                fields=["-acv_amount", "-id"], condition=models.Q(acv_amount__isnull=False), name="account_acv"
            ),
        ),
        AddIndexConcurrently(
            model_name="account",
            index=models.Index(
                fields=["-employees", "-id"], condition=models.Q(employees__isnull=False), name="account_employees"
            ),
        ),
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                fields=["-intent", "-account"],
                condition=models.Q(intent__isnull=False),
                name="standing_intent",
            ),
        ),
        AddIndexConcurrently(
            model_name="standing",
            index=models.Index(
                fields=["-engagement", "-account"],
                condition=models.Q(engagement__isnull=False),
                name="standing_engagement",
            ),
        ),
    ]
