"""The monthly report, written for the mail of each who is to read it."""

from datetime import date, datetime

from django.db import transaction

from abmhub.core.days import business_day
from abmhub.core.models import OutboxMessage
from abmhub.integrations.channels import REPORT
from abmhub.metrics.models import PeriodLock, ReportMailing
from abmhub.metrics.report import night_of
from abmhub.metrics.spans import month_before
from abmhub.users.models import MailChoice, User

When = MailChoice.When


@transaction.atomic
def mail_reports(*, at: datetime) -> int:
    """Write last month's report to everybody whose mailing is due and who was not written to; return how many.

    The key names month and reader: however many mailings somebody is in, and however often this runs, each gets the
    report of a month once. A mailing begins with the first month that is due after it was made.
    """
    today = business_day(at)
    month, _ = month_before(today)
    due = [each for each in ReportMailing.objects.filter(is_active=True) if each.created_at <= each.due_at(today) <= at]
    if not due or night_of(month) is None:
        return 0
    if not PeriodLock.objects.filter(month_on=month).exists():
        due = [each for each in due if not each.waits_for_lock]
    keys = {f"{REPORT}/{month:%Y-%m}/{reader}": reader for reader in _readers(due)}
    known = set(OutboxMessage.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [_message(key, reader, month, at) for key, reader in keys.items() if key not in known]
    OutboxMessage.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _readers(mailings: list[ReportMailing]) -> list[int]:
    """Who is to read it, each once: people who may sign in, have an address, and did not choose never to be mailed."""
    people = User.objects.filter(
        pk__in=ReportMailing.recipients.through.objects.filter(reportmailing__in=mailings).values("user"),
        is_active=True,
    ).exclude(email="")
    return list(people.exclude(mail_choice__when=When.NEVER).order_by("pk").values_list("pk", flat=True))


def _message(key: str, reader: int, month: date, at: datetime) -> OutboxMessage:
    payload = {"user": reader, "month": month.isoformat()}
    return OutboxMessage(topic=REPORT, key=key, payload=payload, created_at=at, next_attempt_at=at)
