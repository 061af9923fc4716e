"""Who worked an account, as the database keeps it."""

import pghistory
import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Reassignment, Territory
from abmhub.accounts.reassignment import reassignments_of
from abmhub.users.models import User
from tests.accounts.test_admin import form_of


def test_each_change_says_what_it_was_and_became(account: Account, rep: User, other_rep: User) -> None:
    west, east = Territory.objects.get(name="West coast"), account.territory
    for owner, territory in ((other_rep, east), (None, west)):
        account.owner, account.territory = owner, territory
        account.save()
    newest, oldest = reassignments_of(account)
    assert str(oldest) == "owner Rana Haddad → Oscar Lund"
    assert str(newest) == "owner Oscar Lund → nobody, territory East coast → West coast"


def test_other_changes_leave_no_trace(account: Account) -> None:
    account.name = "Acme Works"
    account.save()
    Account.objects.filter(pk=account.pk).update(employees=7, owner=account.owner)
    assert reassignments_of(account) == []


def test_it_says_who_did_it(account: Account, admin: User, other_rep: User) -> None:
    client = Client()
    client.force_login(admin)
    path = reverse("admin:accounts_account_change", args=[account.pk])
    client.post(path, form_of(account, owner=other_rep.pk))
    account.refresh_from_db()
    (change,) = reassignments_of(account)
    assert (change.by, change.owner) == ("Ada Stone", other_rep)
    assert "owner Rana Haddad → Oscar Lund (by Ada Stone)" in client.get(path).text


def test_a_file_did_it(account: Account, other_rep: User) -> None:
    with pghistory.context(source="Salesforce"):
        Account.objects.filter(pk=account.pk).update(owner=other_rep)
    account.refresh_from_db()
    assert reassignments_of(account)[0].by == "a file of Salesforce"


def test_somebody_who_is_gone_leaves_the_history_whole(account: Account, other_rep: User) -> None:
    Account.objects.filter(pk=account.pk).update(owner=other_rep)
    Account.objects.filter(pk=account.pk).update(owner=None)
    other_rep.delete()
    account.refresh_from_db()
    assert [change.owner for change in reassignments_of(account)] == [None, None]


def test_nobody_rewrites_it(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(owner=None)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Reassignment.objects.update(owner=None)
