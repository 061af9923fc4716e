"""The waiting tasks of a long queue are few: an index of their own finds them without a look at the others."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0008_capacities")]

    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(fields=["due_on", "id"], condition=models.Q(state="waiting"), name="task_waiting"),
        ),
    ]
