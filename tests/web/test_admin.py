"""The admin as a whole: every list and form opens, more rows need no more queries, a wall is a sentence."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from rest_framework.authtoken.models import Token

from abmhub.accounts.models import Account, Tier
from abmhub.budgets.models import Envelope
from abmhub.campaigns.models import Campaign, Channel
from abmhub.committee.models import Contact
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders.models import Task
from abmhub.signals.models import IntentProvider
from abmhub.users.models import Team, User
from tests.conftest import make_tactic
from tests.web.conftest import browser_of

pytestmark = pytest.mark.django_db

MODELS = sorted(django_admin.site._registry, key=lambda model: model._meta.label)


def path(model: type[Model], verb: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{verb}", args=args)


def form_of(browser: Client, where: str) -> dict[str, Any]:
    """What the form on that page would send if nobody changed anything."""
    page = browser.get(where).context
    forms = [page["adminform"].form]
    for formset in page["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        form.add_prefix(name): value
        for form in forms
        for name in form.fields
        if (value := form[name].value()) is not None
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_and_form_opens(as_admin: Client, model: type[Model], task: Task, follow_up: object) -> None:
    assert as_admin.get(path(model, "changelist")).status_code == 200
    assert as_admin.get(path(model, "add")).status_code in (200, 403)
    for row in model._default_manager.all()[:1]:
        assert as_admin.get(path(model, "change", row.pk)).status_code == 200
        assert as_admin.get(path(model, "history", row.pk)).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_list_is_searched_by_anything(as_admin: Client, model: type[Model]) -> None:
    for query in ("q=a%00b", "q=99999999999999999999", "q=%25", "p=99999999999999999999", "no_such_field=1"):
        assert as_admin.get(f"{path(model, 'changelist')}?{query}").status_code in (200, 302), query


@pytest.mark.parametrize("person", ["rep", "sales_manager", "marketer", "marketing_manager", "analyst"])
def test_others_are_turned_away(person: str, request: pytest.FixtureRequest) -> None:
    browser = browser_of(request.getfixturevalue(person))
    for model in MODELS:
        assert browser.get(path(model, "changelist")).status_code == 302, model


def queries_of(browser: Client, where: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(where).status_code == 200
    return len(asked)


def more_of_everything(tier: Tier, account: Account, now: datetime) -> None:
    """Several further rows of what has pages of its own, and of what stands in rows on the pages of others."""
    channel = Channel.objects.get(code="mail")
    for number in range(5):
        name = f"Another {number}"
        tactic = make_tactic(name, tier=tier, now=now)
        MenuItem.objects.create(tier=Tier.objects.get(level=2), tactic=tactic)
        team = Team.objects.create(name=name)
        User.objects.create_user(f"another{number}@example.com", "a long pass phrase", name=name, team=team)
        Envelope.objects.create(
            name=name, tier=tier, team=team, starts_on=now.date(), ends_on=now.date(), total_amount=9
        )
        Account.objects.create(name=name, normalized_name=name.lower(), territory=account.territory)
        Contact.objects.create(account=account, name=name, email=f"{number}@acme.example")
        Campaign.objects.create(name=name, channel=channel, started_on=now.date())


LISTS = [Account, Campaign, Contact, Envelope, Tactic, Team, User]


def test_no_page_asks_more_for_more_rows(
    as_admin: Client, task: Task, tier1: Tier, account: Account, tactic: Tactic, envelope: Envelope, now: datetime
) -> None:
    pages = [path(model, "changelist") for model in LISTS]
    pages += [path(type(row), "change", row.pk) for row in (account, tactic, envelope, task, task.line.order)] + [
        reverse("admin:menus_tiermenu_change", args=[1]),
        reverse("admin:index"),
    ]
    for where in pages:
        as_admin.get(where)
    few = {where: queries_of(as_admin, where) for where in pages}
    more_of_everything(tier1, account, now)
    assert {where: queries_of(as_admin, where) for where in pages} == few


# --- walls are sentences ------------------------------------------------------------------------------------

Change = dict[str, object]


@pytest.mark.parametrize(
    ("row", "change", "sentence"),
    [
        ("tactic", {"minimum_recipients": 3, "maximum_recipients": 2}, "The maximum cannot be below the minimum"),
        ("tactic", {"minimum_recipients": 0}, "The maximum cannot be below the minimum, which is 1."),
        ("tactic", {"unit_cost": "-1"}, "cannot be negative"),
        ("envelope", {"ends_on": "2025-01-01"}, "The period ends before it starts."),
        ("envelope", {"total_amount": "-1"}, "More than that is already reserved or spent"),
        ("campaign", {"ended_on": "2020-01-01"}, "ends before it starts"),
        ("provider", {"lawful_basis": "none", "is_scored": "on"}, "cannot be used for scoring"),
        ("contact", {"email": "ivo@acme.example"}, "has this email already"),
        ("account", {"name": ""}, "This field is required."),
    ],
)
def test_a_wall_is_a_sentence_on_the_form(
    as_admin: Client, row: str, change: Change, sentence: str, request: pytest.FixtureRequest
) -> None:
    thing: Model = request.getfixturevalue(row)
    where = path(type(thing), "change", thing.pk)
    page = as_admin.post(where, form_of(as_admin, where) | change)
    assert page.status_code == 200, "it was saved"
    assert sentence in page.content.decode(), page.context["errors"]


@pytest.fixture
def campaign() -> Campaign:
    return Campaign.objects.create(name="Spring", channel=Channel.objects.get(code="mail"), started_on=date(2026, 3, 1))


@pytest.fixture
def provider() -> IntentProvider:
    return IntentProvider.objects.create(name="Bidstream Ltd", code="bidstream", lawful_basis="consent")


@pytest.fixture
def contact(contacts: list[Contact]) -> Contact:
    return contacts[0]


# --- tokens and the schedule ----------------------------------------------------------------------------------


def test_a_token_is_made_for_a_person_and_shown(as_admin: Client, rep: User) -> None:
    page = as_admin.post(reverse("admin:authtoken_tokenproxy_add"), {"user": rep.pk}, follow=True)
    token = Token.objects.get(user=rep)
    assert f"Authorization: Bearer {token.key}" in page.content.decode()
    assert token.key in as_admin.get(reverse("admin:authtoken_tokenproxy_change", args=[rep.pk])).content.decode()
    again = as_admin.post(reverse("admin:authtoken_tokenproxy_add"), {"user": rep.pk})
    assert again.status_code == 200
    assert Token.objects.get(user=rep) == token


def test_the_schedule_is_changed_but_no_job_invented(as_admin: Client) -> None:
    job = PeriodicTask.objects.exclude(crontab=None).get()
    where = path(PeriodicTask, "change", job.pk)
    data = form_of(as_admin, where)
    assert data.keys() == {"enabled", "interval", "crontab"} - {name for name in ("interval",) if name not in data}
    data.pop("enabled")
    assert as_admin.post(where, data).status_code == 302
    job.refresh_from_db()
    assert (job.enabled, job.task) == (False, PeriodicTask.objects.get(pk=job.pk).task)
    assert as_admin.get(path(PeriodicTask, "add")).status_code == 403


@pytest.mark.parametrize("hour", ["-1", "25", "1-", "noon", "1/x", "=1+1"])
def test_hours_that_are_none_are_told_on_the_form(as_admin: Client, hour: str) -> None:
    times = {"minute": "0", "hour": hour, "day_of_month": "*", "month_of_year": "*", "day_of_week": "*"}
    answer = as_admin.post(path(CrontabSchedule, "add"), times | {"timezone": "UTC"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["hour"]
    assert not CrontabSchedule.objects.filter(hour=hour).exists()
