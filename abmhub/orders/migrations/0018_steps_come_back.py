"""Whose a step is again after an absence. Few are covered at a time: an index of their own finds them."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0017_left_behind"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="taskstep",
            name="covered_for",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whose it is again when they are back; empty: nobody is away.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        AddIndexConcurrently(
            model_name="taskstep",
            index=models.Index(
                condition=models.Q(("covered_for", None), _negated=True),
                fields=["covered_for"],
                name="task_step_covered",
            ),
        ),
    ]
