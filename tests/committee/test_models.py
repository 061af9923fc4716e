"""Who may be written to, and one person once."""

from datetime import datetime

import pytest
from django.db import IntegrityError

from abmhub.accounts.models import Account
from abmhub.committee.models import Contact


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"email": "dana@acme.example"}, ""),
        ({"phone": "+1 555 0100"}, ""),
        ({}, "No email or phone"),
        ({"email": "dana@acme.example", "opted_out_at": True}, "Opted out"),
    ],
)
def test_who_can_be_reached(account: Account, now: datetime, fields: dict[str, object], reason: str) -> None:
    if fields.get("opted_out_at"):
        fields = fields | {"opted_out_at": now}
    contact = Contact.objects.create(account=account, name="Dana", **fields)
    assert contact.unreachable_reason == reason
    assert Contact.objects.reachable().filter(pk=contact.pk).exists() is (reason == "")


def test_an_email_is_one_person_of_an_account(account: Account, other_account: Account) -> None:
    Contact.objects.create(account=account, name="Dana", email="dana@acme.example")
    Contact.objects.create(account=other_account, name="Dana", email="dana@acme.example")
    with pytest.raises(IntegrityError):
        Contact.objects.create(account=account, name="D. Whitfield", email="DANA@acme.example")


def test_the_key_of_a_source_is_one_person(account: Account) -> None:
    for key in ("", "", "7"):
        Contact.objects.create(account=account, name="Dana", source="CRM", external_id=key)
    with pytest.raises(IntegrityError):
        Contact.objects.create(account=account, name="Ivo", source="CRM", external_id="7")
