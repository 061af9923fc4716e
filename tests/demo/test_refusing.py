"""What the founding refuses, and that it then leaves nothing behind."""

from datetime import datetime

import pytest

from abmhub.accounts.models import Account
from abmhub.core.models import Run
from abmhub.demo.founding import BooksDoNotBalance, NotEmpty, found, nights
from abmhub.nightly import steps, verify
from abmhub.users.models import Team, User
from tests.demo.conftest import TINY, TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("account")
def test_one_account_is_enough_to_refuse(now: datetime) -> None:
    with pytest.raises(NotEmpty):
        found(seed=1, scale=TINY, as_of=TODAY, at=now, say=lambda _: None)


def test_when_the_books_do_not_balance_nothing_stays(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "errors", lambda scope=None: {"orders": ["One line too many."]})
    with pytest.raises(BooksDoNotBalance, match="One line too many"):
        found(seed=1, scale=TINY, as_of=TODAY, at=now, say=lambda _: None)
    assert not Account.objects.exists()
    assert not Team.objects.exists()


def test_people_of_larkfield_are_not_made_twice(now: datetime) -> None:
    User.objects.create_user("Rana@larkfield.example", name="Rana Haddad")
    with pytest.raises(NotEmpty):
        found(seed=1, scale=TINY, as_of=TODAY, at=now, say=lambda _: None)


@pytest.mark.django_db(transaction=True)
def test_an_installation_whose_nights_have_run_takes_it(now: datetime) -> None:
    """Who starts empty, and asks for the demo company some minutes later."""
    steps.run(TODAY, at=now)
    found(seed=1, scale=TINY, as_of=TODAY, at=now, say=lambda _: None)
    assert Run.objects.get(job=steps.JOB, business_day=TODAY).published_at
    assert Run.objects.count() == len(nights(TODAY))
