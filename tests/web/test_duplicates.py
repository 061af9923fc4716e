"""Duplicates: a person looks at two accounts side by side and says which one stays."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, AccountMerge, Duplicate
from abmhub.imports.models import ImportRun

LIST = reverse("account-duplicates")
QueryCount = Callable[[str], AbstractContextManager[None]]


def said(response: object) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))  # type: ignore[attr-defined]


def test_it_shows_both_with_what_differs(as_marketing_manager: Client, duplicate: Duplicate) -> None:
    Account.objects.filter(pk=duplicate.other_id).update(industry="retail")
    comparison = as_marketing_manager.get(LIST).context["comparisons"][0]
    lines = {line.label: line for line in comparison.lines}
    assert (lines["Industry"].left, lines["Industry"].right) == ("technology", "retail")
    assert lines["Industry"].differs
    assert not lines["Headquarters"].differs


def test_the_one_that_is_kept_gets_the_other(as_admin: Client, duplicate: Duplicate) -> None:
    response = as_admin.post(
        reverse("account-merge", args=[duplicate.account_id]), {"absorbed": duplicate.other_id, "next": LIST}
    )
    assert response["Location"] == LIST
    assert Account.objects.get(pk=duplicate.account_id).headquarters == "Boston"
    assert not Account.objects.filter(pk=duplicate.other_id).exists()
    assert as_admin.get(LIST).context["comparisons"] == []


def test_a_merge_is_taken_back(as_admin: Client, account_merge: AccountMerge) -> None:
    assert "Take back" in as_admin.get(LIST).content.decode()
    response = as_admin.post(reverse("account-part", args=[account_merge.pk]))
    assert "of its own again" in said(response)
    assert Account.objects.filter(name="Acme Works").exists()
    assert "Taken back" in as_admin.get(LIST).content.decode()


def test_a_double_click_says_what_happened_and_changes_nothing(as_admin: Client, duplicate: Duplicate) -> None:
    address = reverse("account-merge", args=[duplicate.account_id])
    as_admin.post(address, {"absorbed": duplicate.other_id})
    assert as_admin.post(address, {"absorbed": duplicate.other_id}).status_code == 404
    assert AccountMerge.objects.count() == 1


def test_a_refusal_is_told(as_admin: Client, account: Account) -> None:
    below = Account.objects.create(name="Acme Kenya", parent=account)
    response = as_admin.post(reverse("account-merge", args=[below.pk]), {"absorbed": account.pk})
    assert "keep Acme Robotics instead" in said(response)


def test_a_pair_that_is_two_does_not_come_back(as_marketing_manager: Client, duplicate: Duplicate) -> None:
    as_marketing_manager.post(reverse("account-keep-apart", args=[duplicate.pk]))
    assert as_marketing_manager.get(LIST).context["comparisons"] == []
    assert Account.objects.count() == 2


def test_any_account_can_be_found_and_compared(as_admin: Client, duplicate: Duplicate, account: Account) -> None:
    address = reverse("account-compare", args=[account.pk])
    assert [each.name for each in as_admin.get(address, {"q": "robotic"}).context["found"]] == ["Acme Robotic"]
    comparison = as_admin.get(address, {"other": duplicate.other_id}).context["comparison"]
    assert comparison.right.pk == duplicate.other_id
    assert as_admin.get(address, {"other": account.pk}).context["comparison"] is None
    assert as_admin.get(address, {"other": "9" * 30}).status_code == 404


def test_the_list_asks_no_more_for_more_pairs(
    as_admin: Client, duplicate: Duplicate, account: Account, now: datetime, query_count: QueryCount
) -> None:
    with query_count("account-duplicates"):
        as_admin.get(LIST)
    for number in range(30):
        other = Account.objects.create(name=f"Acme {number}")
        Duplicate.objects.create(account=account, other=other, likeness=90, reason="alike", found_at=now)
    with query_count("account-duplicates"):
        as_admin.get(LIST)


def test_the_imports_lead_to_pairs_that_wait(as_admin: Client, duplicate: Duplicate, draft: ImportRun) -> None:
    imports = reverse("import-list")
    assert LIST in as_admin.get(imports).content.decode()
    as_admin.post(reverse("account-keep-apart", args=[duplicate.pk]))
    assert LIST not in as_admin.get(imports).content.decode()
