"""The row of the working calendar: that of ABMHUB_COUNTRY, until an administrator says otherwise."""

from abmhub.core.models import WorkingCalendar


def load() -> None:
    WorkingCalendar.objects.get_or_create(pk=1)
