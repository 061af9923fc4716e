"""A person's secret link to their own calendar, made and revoked."""

from datetime import datetime
from secrets import token_urlsafe

from django.db import transaction

from abmhub.orders.calendar import hash_of
from abmhub.orders.models import CalendarFeed
from abmhub.users.models import User


@transaction.atomic
def make_feed(*, by: User, at: datetime) -> str:
    """A new link, and with it the end of the one before; the secret is returned this once and never kept."""
    token = token_urlsafe(32)
    new = {"token_hash": hash_of(token), "created_at": at, "read_at": None}
    CalendarFeed.objects.update_or_create(user=by, defaults=new)
    return token


def revoke_feed(*, by: User) -> None:
    """End the link; revoked again it stays ended."""
    CalendarFeed.objects.filter(user=by).delete()
