"""Indexes of open lines and of follow-ups owed by the day they are due, for Home."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0019_line_calendars")]

    operations = [
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("state__in", ("ordered", "in_production"))),
                fields=["promised_on", "id"],
                name="order_line_promised",
            ),
        ),
        AddIndexConcurrently(
            model_name="followup",
            index=models.Index(condition=models.Q(("done_at", None)), fields=["due_at", "id"], name="follow_up_due"),
        ),
    ]
