"""Keys of Salesforce, which come with 15 characters in reports and with 18 elsewhere, are keys of one record."""

from importlib import import_module

import pytest
from django.apps import apps

from abmhub.accounts.models import Account, AccountIdentity
from abmhub.committee.models import Contact
from abmhub.imports import cells
from tests.imports.conftest import TakeIn, figures_of

SHORT, LONG = "0015Y00002abCdE", "0015Y00002abCdEQAU"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (SHORT, LONG),
        (LONG, LONG),
        ("0015Y00002abcde", "0015Y00002abcdeQAA"),
        ("001234567890123", "001234567890123"),
        ("9995Y00002abCdE", "9995Y00002abCdE"),
        ("0015Y00002 bCdE", "0015Y00002 bCdE"),
    ],
)
def test_a_short_key_is_read_as_the_long_one(written: str, key: str) -> None:
    assert cells.text(written, 200) == key


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "second"), [(SHORT, LONG), (LONG, SHORT)])
def test_both_are_one_record_in_every_column_of_keys(take_in: TakeIn, first: str, second: str) -> None:
    take_in("accounts", f"Id,account\n{first},Delta\n")
    assert figures_of(take_in("accounts", f"Id,account\n{second},Delta Works\n")) == {
        "rows": 1, "accepted": 1, "updated": 1,
    }  # fmt: skip
    take_in("contacts", f"Id,AccountId,name\n0035Y00002abCdE,{first},Ada\n")
    assert Contact.objects.get().account == Account.objects.get(name="Delta Works")


@pytest.mark.django_db
def test_keys_that_came_short_before_are_found_again(take_in: TakeIn) -> None:
    take_in("accounts", f"Id,account\n{SHORT},Delta\n0015Y00002abCdF,Zeta\n77,Theta\n")
    AccountIdentity.objects.filter(external_id=LONG).update(external_id=SHORT)
    import_module("abmhub.imports.migrations.0005_long_keys").lengthen(apps, None)
    keys = set(AccountIdentity.objects.values_list("external_id", flat=True))
    assert keys == {LONG, cells.long_key("0015Y00002abCdF"), "77"}
