"""Facts that somebody found right are fresh again."""

from datetime import date, datetime, timedelta

import pytest

from abmhub.accounts.editing import confirm_facts
from abmhub.accounts.models import Account, FreshnessClock
from abmhub.core.refusals import NotAllowed
from abmhub.users.models import User


def test_they_are_fresh_by_the_clock_of_what_people_say(account: Account, rep: User, now: datetime) -> None:
    confirm_facts(account=account, by=rep, at=now)
    confirm_facts(account=account, by=rep, at=now + timedelta(days=3))
    account.refresh_from_db()
    assert (account.refreshed_at, account.refreshed_from) == (now + timedelta(days=3), "a person")
    clock = FreshnessClock.objects.get(source="a person")
    # It has no files, and so none that could be late.
    assert (clock.due_every_days, clock.is_by_hand, clock.is_overdue(date(2036, 1, 1))) == (14, True, False)


def test_only_those_who_may_change_them_confirm_them(
    account: Account, other_rep: User, marketer: User, now: datetime
) -> None:
    for by in (other_rep, marketer):
        with pytest.raises(NotAllowed):
            confirm_facts(account=account, by=by, at=now)
    account.refresh_from_db()
    assert account.refreshed_at is None
