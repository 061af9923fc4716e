"""Merging gives everything to the account that stays, and parting gives it back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.db import models

from abmhub.accounts.merging import NotToMerge, NotToPart, merge, part
from abmhub.accounts.models import Account, AccountIdentity, AccountMerge, Duplicate, Standing, TierChange
from abmhub.accounts.models import AccountTeamMember as Member
from abmhub.campaigns.models import Channel, Touch
from abmhub.committee.models import Contact
from abmhub.core.refusals import NotAllowed
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.signals.models import EngagementEvent, EventType
from abmhub.users.models import User


@pytest.fixture
def double(db: None, account: Account, rep: User, now: datetime, contacts: list[Contact]) -> Account:
    """Acme once more, as another system has it, with rows in every room that clash with Acme's and that do not."""
    double = Account.objects.create(
        name="Acme Robotics Inc", headquarters="Boston", founded_year=1998, attributes={"maturity": "high"}
    )
    Standing.objects.update_or_create(account=double, defaults={"fit": 10})
    for each, identity in ((account, "A-1"), (double, "A-2")):
        AccountIdentity.objects.create(account=each, source="CRM", external_id=identity)
        Member.objects.create(account=each, user=rep)
        TierChange.objects.create(account=each, changed_on=date(2026, 3, 1), policy_version=1)
    twin = Contact.objects.create(account=double, name="D. Whitfield", email="DANA@acme.example", phone="+1 555")
    Contact.objects.create(account=double, name="Zoe Ray", email="zoe@acme.example")
    Touch.objects.create(
        account=double,
        contact=twin,
        channel=Channel.objects.get(code="mail"),
        occurred_at=now,
        summary="A letter",
        source="mail",
        external_id="1",
    )
    EngagementEvent.objects.create(
        account=double,
        contact=twin,
        event_type=EventType.objects.order_by("pk")[0],
        occurred_at=now,
        source="web",
        external_id="1",
    )
    Opportunity.objects.create(
        account=double, stage=Stage.objects.order_by("pk")[0], source="CRM", external_id="D-1", amount=Decimal(10)
    )
    Account.objects.create(name="Acme Kenya", parent=double)
    Duplicate.objects.create(account=account, other=double, likeness=95, reason="alike", found_at=now)
    return double


def everything() -> dict[str, Any]:
    """Every row of every table of ours, except the record of merges itself and moments of writing."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label in {"accounts", "committee", "campaigns", "signals", "pipeline", "orders"}:
            if (
                model is AccountMerge
                or not model._meta.managed
                or ("Event" in model.__name__ and "pgh" in str([field.name for field in model._meta.fields]))
            ):
                continue
            rows = serializers.serialize("python", model._default_manager.order_by("pk"))
            found[model._meta.label] = rows
    for row in found["accounts.Account"]:
        row["fields"].pop("updated_at")
    return found


def test_it_gives_all_that_points_at_the_one_to_the_other(
    account: Account, double: Account, admin: User, now: datetime
) -> None:
    merge(kept=account, absorbed=double, by=admin, at=now)
    account.refresh_from_db()
    assert not Account.objects.filter(pk=double.pk).exists()
    assert account.headquarters == "Boston"
    assert account.founded_year == 1998
    assert account.attributes == {"maturity": "high"}
    assert account.name == "Acme Robotics"
    assert set(account.identities.values_list("external_id", flat=True)) == {"A-1", "A-2"}
    assert account.opportunities.count() == 1
    assert account.subsidiaries.get().name == "Acme Kenya"
    assert account.touches.count() == 1
    assert account.team_members.count() == 1
    assert account.tier_changes.count() == 1
    assert not Duplicate.objects.exists()


def test_a_person_known_to_both_is_one_person_with_the_touches_of_both(
    account: Account, double: Account, admin: User, now: datetime
) -> None:
    merge(kept=account, absorbed=double, by=admin, at=now)
    dana = account.contacts.get(email="dana@acme.example")
    assert dana.name == "Dana Whitfield"
    assert dana.phone == "+1 555"
    assert dana.touches.count() == 1
    assert dana.engagement_events.count() == 1
    assert account.contacts.filter(name="Zoe Ray").exists()


def test_parting_restores_everything_just_as_it_was(
    account: Account, double: Account, admin: User, now: datetime
) -> None:
    before = everything()
    merged = merge(kept=account, absorbed=double, by=admin, at=now)
    assert everything() != before
    part(merge=merged, by=admin, at=now + timedelta(days=1))
    assert everything() == before


def test_two_merges_are_parted_in_reverse(account: Account, double: Account, admin: User, now: datetime) -> None:
    third = Account.objects.create(name="Acme Works", domain="acme-works.example")
    before = everything()
    first = merge(kept=double, absorbed=third, by=admin, at=now)
    second = merge(kept=account, absorbed=double, by=admin, at=now)
    first.refresh_from_db()
    with pytest.raises(NotToPart, match="later merges"):
        part(merge=first, by=admin, at=now)
    part(merge=second, by=admin, at=now)
    part(merge=AccountMerge.objects.get(pk=first.pk), by=admin, at=now)
    assert everything() == before


def test_what_was_changed_since_stays_with_the_account_that_was_kept(
    account: Account, double: Account, admin: User, now: datetime
) -> None:
    merged = merge(kept=account, absorbed=double, by=admin, at=now)
    Account.objects.filter(pk=account.pk).update(headquarters="Chicago")
    Contact.objects.create(account=account, name="New Person")
    part(merge=merged, by=admin, at=now)
    account.refresh_from_db()
    assert account.headquarters == "Chicago"
    assert account.founded_year is None
    assert account.contacts.filter(name="New Person").exists()
    assert Account.objects.get(pk=double.pk).headquarters == "Boston"


def test_it_is_not_taken_back_twice(account: Account, double: Account, admin: User, now: datetime) -> None:
    merged = merge(kept=account, absorbed=double, by=admin, at=now)
    part(merge=merged, by=admin, at=now)
    with pytest.raises(NotToPart, match="before"):
        part(merge=merged, by=admin, at=now)


def test_it_is_not_taken_back_when_somebody_else_has_the_domain(
    account: Account, double: Account, admin: User, now: datetime
) -> None:
    Account.objects.filter(pk=double.pk).update(domain="acme-inc.example")
    merged = merge(kept=account, absorbed=double, by=admin, at=now)
    Account.objects.create(name="Squatter", domain="acme-inc.example")
    with pytest.raises(NotToPart, match="domain"):
        part(merge=merged, by=admin, at=now)
    assert not Account.objects.filter(pk=double.pk).exists()


def test_an_account_is_not_merged_into_one_below_it(account: Account, admin: User, now: datetime) -> None:
    below = Account.objects.create(name="Acme Kenya", parent=account)
    with pytest.raises(NotToMerge, match="keep Acme Robotics"):
        merge(kept=below, absorbed=account, by=admin, at=now)
    merge(kept=account, absorbed=below, by=admin, at=now)
    account.refresh_from_db()
    assert account.parent is None


def test_an_account_is_not_merged_with_itself(account: Account, admin: User, now: datetime) -> None:
    with pytest.raises(NotToMerge):
        merge(kept=account, absorbed=account, by=admin, at=now)


def test_it_needs_the_right(account: Account, double: Account, rep: User, admin: User, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        merge(kept=account, absorbed=double, by=rep, at=now)
    merged = merge(kept=account, absorbed=double, by=admin, at=now)
    with pytest.raises(NotAllowed):
        part(merge=merged, by=rep, at=now)


def test_every_relation_to_an_account_is_one_that_merging_can_follow() -> None:
    """A new table that points at accounts is merged without a word here; one it cannot follow must be noticed."""
    relations = [
        relation
        for relation in Account._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel) and not isinstance(relation.related_model, str)
    ]
    assert len(relations) > 12
    assert [each for each in relations if each.many_to_many and each.through._meta.auto_created] == []  # type: ignore[attr-defined]
