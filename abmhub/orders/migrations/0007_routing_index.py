"""Finds what no rule was asked about; made while people go on working, as the table may be long."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0006_routing")]

    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                fields=["id"], condition=models.Q(state="to_do", assignee=None, routed_at=None), name="task_unrouted"
            ),
        ),
    ]
