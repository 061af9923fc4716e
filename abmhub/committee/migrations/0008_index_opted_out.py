"""An index of the few people who opted out of everything, or asked to be forgotten."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("committee", "0007_index_stances")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("opted_out_at__isnull", False), ("erased_at__isnull", False), _connector="OR"),
                fields=["id"],
                name="contact_opted_out",
            ),
        )
    ]
