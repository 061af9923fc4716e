"""An index of moves to a higher tier, the highest and newest first, for Home."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0015_views_of_tasks")]

    operations = [
        AddIndexConcurrently(
            model_name="tierchange",
            index=models.Index(
                condition=models.Q(
                    ("to_tier__isnull", False),
                    models.Q(("from_tier", None), ("from_tier__gt", models.F("to_tier")), _connector="OR"),
                ),
                fields=["to_tier", "-changed_on", "-id"],
                name="tier_change_rise",
            ),
        )
    ]
