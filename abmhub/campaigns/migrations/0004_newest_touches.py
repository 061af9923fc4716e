"""Finds the newest touches, of all accounts; made while people go on working, as the table may be long."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("campaigns", "0003_programs")]

    operations = [
        AddIndexConcurrently(
            model_name="touch",
            index=models.Index(fields=["-occurred_at", "-id"], name="touch_newest"),
        ),
    ]
