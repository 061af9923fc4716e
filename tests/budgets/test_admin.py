"""Envelopes in the admin: made, enlarged, never deleted once used."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse

from abmhub.budgets import actions
from abmhub.budgets.models import Envelope
from abmhub.users.models import Team, User
from tests.at_once import at_once

LIST = reverse("admin:budgets_envelope_changelist")


@pytest.fixture
def as_admin(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.fixture
def use(envelope: Envelope, rep: User, now: datetime) -> Callable[[int], None]:
    def use(times: int) -> None:
        for number in range(times):
            actions.reserve(envelope=envelope, amounts={f"line-{number}": Decimal(1)}, by=rep, at=now)

    return use


def form_of(envelope: Envelope, **change: object) -> dict[str, Any]:
    return {
        "name": envelope.name,
        "tier": envelope.tier_id,
        "team": envelope.team_id,
        "starts_on": envelope.starts_on,
        "ends_on": envelope.ends_on,
        "currency": envelope.currency,
        "total_amount": envelope.total_amount,
        "carry_percent": envelope.carry_percent,
        "ledger-TOTAL_FORMS": 0,
        "ledger-INITIAL_FORMS": 0,
        **change,
    }


def path_of(envelope: Envelope, verb: str = "change") -> str:
    return reverse(f"admin:budgets_envelope_{verb}", args=[envelope.pk])


def test_the_list_opens(as_admin: Client, envelope: Envelope) -> None:
    assert as_admin.get(LIST).status_code == 200
    assert as_admin.get(f"{LIST}?q=east&tier__level__exact=1").context["cl"].result_count == 1


def test_an_envelope_is_made(as_admin: Client, envelope: Envelope) -> None:
    path = reverse("admin:budgets_envelope_add")
    assert as_admin.get(path).context["adminform"].form["currency"].value() == "USD"
    wanted = form_of(envelope, name="North", team=Team.objects.create(name="North").pk)
    assert as_admin.post(path, wanted).status_code == 302
    assert Envelope.objects.get(name="North").free_amount == Decimal("500.00")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"starts_on": "2026-06-01"}, "An envelope for this tier, team and currency covers part of this period."),
        ({"starts_on": "2028-01-01", "ends_on": "2027-12-31"}, "The period ends before it starts."),
        ({"starts_on": "2027-01-01", "ends_on": "2027-12-31", "total_amount": "-1"}, "More than that is already"),
    ],
)
def test_a_form_says_what_is_wrong_with_an_envelope(
    as_admin: Client, envelope: Envelope, change: dict[str, str], complaint: str
) -> None:
    page = as_admin.post(reverse("admin:budgets_envelope_add"), form_of(envelope, name="Second", **change))
    assert complaint in page.content.decode()
    assert Envelope.objects.count() == 1


def test_a_total_grows_and_shrinks_to_what_is_used(
    as_admin: Client, envelope: Envelope, use: Callable[[int], None]
) -> None:
    use(3)
    assert as_admin.post(path_of(envelope), form_of(envelope, total_amount="3.00")).status_code == 302
    page = as_admin.post(path_of(envelope), form_of(envelope, total_amount="2.99"))
    assert "More than that is already reserved or spent" in page.content.decode()
    envelope.refresh_from_db()
    assert (envelope.total_amount, envelope.reserved_amount) == (Decimal("3.00"), Decimal("3.00"))


@pytest.mark.django_db(transaction=True)
def test_nobody_moves_money_between_the_check_of_a_form_and_its_saving(
    as_admin: Client, envelope: Envelope, use: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A total that is checked against what is reserved would not hold if more were reserved before it is saved."""
    save, outcomes = Envelope.save, []

    @transaction.atomic
    def try_to_move_money() -> None:
        Envelope.objects.select_for_update(nowait=True).get(pk=envelope.pk)

    def save_with_a_rival(self: Envelope, *args: object, **kwargs: Any) -> None:
        outcomes.extend(at_once([try_to_move_money]))
        save(self, *args, **kwargs)

    monkeypatch.setattr(Envelope, "save", save_with_a_rival)
    use(5)
    assert as_admin.post(path_of(envelope), form_of(envelope, total_amount="5.00")).status_code == 302
    assert [type(outcome) for outcome in outcomes] == [OperationalError]


def test_a_form_that_was_opened_before_an_order_does_not_undo_it(
    as_admin: Client, envelope: Envelope, use: Callable[[int], None]
) -> None:
    opened = form_of(envelope, total_amount="900")
    use(5)
    assert as_admin.post(path_of(envelope), opened).status_code == 302
    envelope.refresh_from_db()
    assert (envelope.total_amount, envelope.reserved_amount) == (Decimal(900), Decimal(5))


def test_what_a_used_envelope_pays_for_is_settled(
    as_admin: Client, envelope: Envelope, use: Callable[[int], None]
) -> None:
    other = Team.objects.create(name="North")
    use(1)
    as_admin.post(path_of(envelope), form_of(envelope, team=other.pk, name="Renamed"))
    envelope.refresh_from_db()
    assert (envelope.name, envelope.team == other) == ("Renamed", False)


def test_only_an_unused_envelope_is_deleted(as_admin: Client, envelope: Envelope, use: Callable[[int], None]) -> None:
    actions_offered = as_admin.get(LIST).context["action_form"]
    assert actions_offered is None
    assert as_admin.get(path_of(envelope, "delete")).status_code == 200
    use(1)
    assert as_admin.post(path_of(envelope, "delete"), {"post": "yes"}).status_code == 403
    assert Envelope.objects.filter(pk=envelope.pk).exists()


def test_the_newest_entries_are_shown_and_none_can_be_changed(
    as_admin: Client, envelope: Envelope, use: Callable[[int], None]
) -> None:
    use(60)
    page = as_admin.get(path_of(envelope))
    [ledger] = page.context["inline_admin_formsets"]
    assert len(ledger.formset.forms) == 50
    assert (ledger.has_add_permission, ledger.has_change_permission, ledger.opts.can_delete) == (False, False, False)
    entry = envelope.ledger.latest("at")
    whole = reverse("admin:budgets_ledgerentry_changelist")
    assert f"{whole}?envelope__id__exact={envelope.pk}" in page.content.decode()
    assert as_admin.get(f"{whole}?envelope__id__exact={envelope.pk}").context["cl"].result_count == 60
    one = reverse("admin:budgets_ledgerentry_change", args=[entry.pk])
    assert as_admin.get(one).status_code == 200
    assert as_admin.post(one, {"amount": "9"}).status_code == 403
    assert as_admin.get(reverse("admin:budgets_ledgerentry_delete", args=[entry.pk])).status_code == 403
