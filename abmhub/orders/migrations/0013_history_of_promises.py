from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import RowNumber
from holidays import country_holidays

LATEST = 50
"""As many deliveries of a tactic as a promise asks for."""


def tell_how_long_the_latest_took(apps, _):
    """Before a working calendar could be decided on, that of the country was in force.

    How long a task waited is only known from how much later it was due, whoever it waited on.
    """
    lines = apps.get_model("orders", "OrderLine").objects
    newest_first = models.Window(
        RowNumber(), partition_by="tactic", order_by=[models.F("delivered_at").desc(), models.F("pk").desc()]
    )
    delivered = lines.exclude(delivered_at=None).exclude(starts_on=None)
    latest = list(delivered.annotate(place=newest_first).filter(place__lte=LATEST).select_related("task"))
    if not latest:
        return
    try:
        free = country_holidays(settings.ABMHUB_COUNTRY)
    except NotImplementedError:
        free = country_holidays("US")

    def days(start: date, end: date) -> int:
        passed = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
        return sum(free.is_working_day(day) for day in passed)

    for line in latest:
        waited = days(line.promised_on, line.task.due_on) if hasattr(line, "task") else 0
        delivered_on = line.delivered_at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
        line.took_days = max(days(line.starts_on, delivered_on) - waited, 0)
    lines.bulk_update(latest, ["took_days"], batch_size=500)


class Migration(migrations.Migration):
    # An index that is made beside the work needs a transaction of its own; so does each part of it.
    atomic = False

    dependencies = [("orders", "0012_promises")]

    operations = [
        migrations.RunPython(tell_how_long_the_latest_took, migrations.RunPython.noop),
        AddIndexConcurrently(
            "orderline",
            models.Index(
                condition=models.Q(("took_days__isnull", False)),
                fields=["tactic", "-delivered_at", "-id"],
                include=("took_days", "queue_days"),
                name="order_line_latest_deliveries",
            ),
        ),
    ]
