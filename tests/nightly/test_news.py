"""What administrators hear of a night: once, and all of it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from abmhub.accounts.models import Account, HeldBy, Standing, Tier
from abmhub.budgets.models import Envelope
from abmhub.core.models import Run
from abmhub.nightly import steps
from abmhub.nightly.ledger import Ledger
from abmhub.nightly.steps import Step
from abmhub.scoring.changes import Scope
from abmhub.users.models import Notification, User
from tests.nightly.conftest import AT, TODAY, YESTERDAY, with_step

pytestmark = pytest.mark.django_db(transaction=True)


def texts() -> list[str]:
    """What was told; how long a night took says something about the machine."""
    told = Notification.objects.order_by("pk").values_list("text", flat=True)
    return [re.sub(r"took \d+ seconds?:", "took a while:", text) for text in told]


def test_it_tells_the_moves_and_how_long_it_took(fitting: Account, admin: User, rep: User) -> None:
    Standing.objects.update_or_create(account=fitting, defaults={"tier": None})
    steps.run(TODAY, at=AT)
    [notice] = Notification.objects.all()
    assert notice.user == admin
    assert re.search(r" took \d+ seconds?: ", notice.text)
    assert texts() == ["The night of 2026-03-04 took a while: 1 up, 0 down."]
    assert notice.path == reverse("admin:core_run_change", args=[Run.objects.get().pk])


def test_a_way_down_and_out_is_told_as_such(fitting: Account, admin: User) -> None:
    steps.run(YESTERDAY, at=AT)
    Account.objects.update(industry="retail", employees=1)
    steps.run(TODAY, at=AT)
    assert texts()[-1].endswith(": 0 up, 1 down.")


def test_it_tells_who_waits_and_who_could_not_be_computed(
    fitting: Account, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hold(scope: Scope) -> int:
        return Standing.objects.update(held_by=HeldBy.CAPACITY, earned_tier=Tier.objects.get(level=1))

    sentence = "Fitting could not be computed: it keeps the tier of the night before."
    monkeypatch.setattr("abmhub.scoring.failures.sentences", lambda: [sentence])
    monkeypatch.setattr(steps, "TONIGHT", with_step(Step("hold", hold), after="snapshots"))
    steps.run(TODAY, at=AT)
    assert texts() == [
        "The night of 2026-03-04 took a while: 1 up, 0 down, 1 waits for a place, 1 could not be computed."
    ]


def test_a_night_that_failed_first_is_told_once(fitting: Account, admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(ledger: Ledger, **said: object) -> None:
        raise ValueError("Out of luck.")

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "publish", fail)
        with pytest.raises(ValueError, match="Out of luck"):
            steps.run(TODAY, at=AT)
    assert texts() == []
    steps.run_if_due(at=AT + steps.RETRY_AFTER)
    steps.run(TODAY, at=AT + timedelta(hours=1))
    steps.run(YESTERDAY, at=AT + timedelta(hours=2))
    assert len(texts()) == 1


def test_a_repetition_raises_an_alarm_when_the_books_contradict(envelope: Envelope, admin: User) -> None:
    steps.run(TODAY, at=AT)
    Envelope.objects.update(reserved_amount=100)
    for _ in range(2):
        steps.run(TODAY, at=AT)
    assert len(texts()) == 2
    assert texts()[1].startswith("The night of 2026-03-04 found 1 contradiction in the books: Tier 1, East, 2026")
