"""Finds the newest deals that began, of all accounts; made while people go on working, as the table may be long."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("pipeline", "0004_owner_as_it_came")]

    operations = [
        AddIndexConcurrently(
            model_name="opportunity",
            index=models.Index(fields=["-engaged_on", "-id"], name="opportunity_begun"),
        ),
    ]
