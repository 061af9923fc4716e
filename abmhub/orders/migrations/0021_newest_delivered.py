"""Finds the newest deliveries, of all accounts; made while people go on working, as the table may be long."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("orders", "0020_what_comes_due")]

    operations = [
        AddIndexConcurrently(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("delivered_at__isnull", False)),
                fields=["-delivered_at", "-id"],
                name="order_line_delivered",
            ),
        ),
    ]
