"""Who hears of a source that did not come, and of accounts that were given away."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pghistory
import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.actions import assign
from abmhub.accounts.freshness import read_clocks
from abmhub.accounts.models import Account, FreshnessClock
from abmhub.integrations import jobs, outbox, sweeps
from abmhub.users.models import Notification, User


def read(user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(user=user).order_by("pk").values_list("text", "path"))


def test_an_overdue_source_is_told_to_those_who_can_do_something(
    admin: User, marketing_manager: User, analyst: User, rep: User, today: date
) -> None:
    FreshnessClock.objects.create(source="CRM", last_file_on=today - timedelta(days=15))
    for night in range(2):
        read_clocks(today + timedelta(days=night))
        outbox.sweep(at=timezone.now() + timedelta(minutes=1))
    text = "No new file of CRM came by 3 March 2026: its accounts grow stale."
    assert read(admin) == read(marketing_manager) == [(text, reverse("source-list"))]
    assert Notification.objects.count() == 2


@pytest.fixture
def history(transactional_db: None) -> Iterator[None]:
    """Each act in a transaction of its own, as in life: that is how one is told from the next."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE accounts_reassignment")


def give(accounts: list[Account], to: User | None, by: User | None) -> None:
    with pghistory.context(**({"user": by.pk} if by else {})), transaction.atomic():
        Account.objects.filter(pk__in=[account.pk for account in accounts]).update(owner=to)


def sweep() -> int:
    return sweeps.tell_of_given_accounts(at=timezone.now())


def test_one_account_is_told_by_name(
    history: None, account: Account, rep: User, other_rep: User, sales_manager: User
) -> None:
    give([account], other_rep, by=sales_manager)
    assert sweep() == 1
    assert sweep() == 0
    assert read(other_rep) == [
        ("Acme Robotics is yours now: Selma Berg gave it to you.", reverse("account-show", args=[account.pk]))
    ]
    assert read(rep) == []


def test_many_at_once_are_one_notification(
    history: None, account: Account, other_account: Account, other_rep: User, rep: User, sales_manager: User
) -> None:
    give([account, other_account], None, by=sales_manager)
    give([account, other_account], rep, by=sales_manager)
    sweep()
    assert read(rep) == [
        (
            "2 accounts are yours now: Selma Berg gave them to you.",
            f"{reverse('account-list')}?owner={rep.pk}",
        )
    ]


def test_a_second_gift_is_told_as_well(
    history: None, account: Account, other_account: Account, rep: User, other_rep: User, sales_manager: User
) -> None:
    give([account], other_rep, by=sales_manager)
    sweep()
    give([account], rep, by=sales_manager)
    give([other_account], rep, by=sales_manager)
    sweep()
    assert [text.partition(" is ")[0] for text, _ in read(rep)] == ["Acme Robotics", "Borealis Foods"]


def test_what_was_taken_back_or_taken_by_oneself_is_no_news(
    history: None, account: Account, other_account: Account, rep: User, other_rep: User, sales_manager: User
) -> None:
    give([account], other_rep, by=sales_manager)
    give([account], rep, by=sales_manager)
    give([other_account], sales_manager, by=sales_manager)
    sweep()
    assert read(other_rep) == read(sales_manager) == []


def test_a_file_is_named_and_nobody_is_not(
    history: None, account: Account, other_account: Account, rep: User, other_rep: User
) -> None:
    with pghistory.context(source="Salesforce"):
        Account.objects.filter(pk=account.pk).update(owner=other_rep)
    give([other_account], rep, by=None)
    sweep()
    assert read(other_rep)[0][0] == "Acme Robotics is yours now, by a file of Salesforce."
    assert read(rep)[0][0] == "Borealis Foods is yours now."


def test_a_leaver_is_told_nothing(history: None, account: Account, other_rep: User, sales_manager: User) -> None:
    User.objects.filter(pk=other_rep.pk).update(is_active=False)
    give([account], other_rep, by=sales_manager)
    sweep()
    assert not Notification.objects.exists()


def test_the_jobs_do_it(history: None, account: Account, admin: User, other_rep: User, now: datetime) -> None:
    assign(account=account, owner=other_rep, territory=account.territory, by=admin, at=now)
    jobs.tell_of_given_accounts()
    jobs.index_attributes()
    assert len(read(other_rep)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'attribute\\_choice\\_%'")
        assert cursor.fetchone() == (2,)
        for code in ("maturity", "fulfilment_model"):
            cursor.execute(f"DROP INDEX attribute_choice_{code}")
