"""An index of the few people of whom a stance is known."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("committee", "0006_role_counts")]

    operations = [
        AddIndexConcurrently(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("stance", ""), _negated=True), fields=["stance"], name="contact_stance"
            ),
        )
    ]
