"""The ideal customer profile: versions, what each does, and learning from the best customers."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from abmhub.accounts.models import Account
from abmhub.scoring.actions import LEARNED, copy_profile
from abmhub.scoring.models import IcpCriterion, IcpProfile

QueryCount = Callable[[str], AbstractContextManager[None]]
LIST, LEARN = reverse("icp-list"), reverse("icp-learn")
MARKED = {"meaning": "marked", "found": "yes"}
HX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
pytestmark = pytest.mark.usefixtures("at_now")


def words(page: str) -> str:
    return " ".join(strip_tags(page).split())


def url(name: str, profile: IcpProfile) -> str:
    return reverse(f"icp-{name}", args=[profile.pk])


def make_customers() -> None:
    """Thirty customers, most in finance, among a hundred accounts, most in retail."""
    for number in range(130):
        is_best = number < 30
        finance = number % 30 < (24 if is_best else 3)
        Account.objects.create(
            name=f"Account {number}",
            is_customer=is_best,
            industry="finance" if finance else "retail",
            employees=900 if is_best else 10 + number,
            technologies=["SAP"] if number % 3 else [],
        )


@pytest.fixture
def customers(db: None) -> None:
    make_customers()


def test_it_shows_what_is_in_force_and_what_was(
    as_analyst: Client, icp_earlier: IcpProfile, icp_profile: IcpProfile
) -> None:
    page = words(as_analyst.get(LIST).text)
    assert "In force version 2" in page
    assert "200 employees or more Employees: 200 or more" in page
    assert "Copy of version 1." in page
    assert "Return to it" not in page
    assert "New draft from" not in page


def test_an_administrator_returns_to_an_earlier_version(as_admin: Client, icp_earlier: IcpProfile) -> None:
    assert "Return to it" in as_admin.get(LIST).text
    page = words(as_admin.post(url("restore", icp_earlier), follow=True).text)
    assert "(version 3) is in force from the next night on." in page
    assert "Return to version 1." in page


def test_a_refusal_is_told(as_admin: Client, icp_profile: IcpProfile) -> None:
    page = words(as_admin.post(url("restore", icp_profile), follow=True).text)
    assert "is in force: choose an earlier version." in page


@pytest.mark.parametrize(("origin", "name"), [("saas", "SaaS companies"), ("etail", "E-tail companies")])
def test_a_draft_begins_with_a_sheet(as_marketing_manager: Client, origin: str, name: str) -> None:
    page = words(as_marketing_manager.post(reverse("icp-draft"), {"from": origin}, follow=True).text)
    assert f"{name} (version 2) is a draft now." in page
    assert "Publish" not in page


def test_a_draft_begins_as_a_copy_and_is_published(as_admin: Client, icp_profile: IcpProfile) -> None:
    as_admin.post(reverse("icp-draft"), {"from": icp_profile.pk})
    draft = IcpProfile.objects.drafts().get()
    assert "Publish" in as_admin.get(url("show", draft)).text
    as_admin.post(url("publish", draft))
    assert IcpProfile.objects.in_force() == draft


@pytest.mark.parametrize("origin", ["", "other", "999999999999999999"])
def test_there_is_nothing_else_to_begin_with(as_admin: Client, origin: str) -> None:
    assert as_admin.post(reverse("icp-draft"), {"from": origin}).status_code == 404


def test_a_version_says_what_it_asks_and_whom_it_bars(as_analyst: Client, icp_draft: IcpProfile) -> None:
    IcpCriterion.objects.create(
        profile=icp_draft,
        name="Under embargo",
        attribute="country",
        values=["XX"],
        is_disqualifier=True,
        reason="no licence to sell there",
    )
    page = words(as_analyst.get(url("show", icp_draft)).text)
    assert "Annual revenue: 25,000,000 or more" in page
    assert "Under embargo Country: XX (no licence to sell there)" in page


@pytest.mark.usefixtures("customers")
def test_a_draft_is_examined_against_the_one_in_force(as_analyst: Client, icp_draft: IcpProfile) -> None:
    icp_draft.criteria.filter(attribute="industry").update(values=["Retial"])
    page = words(as_analyst.get(url("examine", icp_draft)).text)
    assert "asks for “Retial”, which no account has. “retail” perhaps?" in page
    assert "accounts (12%) have a fit of 70 or more" not in page
    assert "than now" in page
    assert "Who moves most" in page
    block = as_analyst.get(url("examine", icp_draft), **HX).text
    assert "<html" not in block
    assert "Who moves most" in block


def test_without_accounts_there_is_no_distribution(as_analyst: Client, icp_profile: IcpProfile) -> None:
    assert "No accounts yet" in as_analyst.get(url("examine", icp_profile)).text


@pytest.mark.usefixtures("customers")
def test_it_says_what_the_best_have_in_common(as_analyst: Client) -> None:
    page = words(as_analyst.get(LEARN, MARKED).text)
    assert "Best customers 30 All others 100" in page
    assert "finance Industry 80% 24 of 30" in page
    assert "Rarer among the best" in page
    assert "Draft of all that is sure" not in page
    assert "Comparing accounts that are marked as customers" in words(as_analyst.get(LEARN, {"meaning": "marked"}).text)
    assert "<html" not in as_analyst.get(LEARN, {"meaning": "marked"}, **HX).text


@pytest.mark.parametrize("asked", [{"meaning": "repeat"}, {"meaning": "amount", "amount": "-1"}, {"meaning": "odd"}])
def test_too_few_to_learn_from_says_so(as_analyst: Client, asked: dict[str, str]) -> None:
    page = words(as_analyst.get(LEARN, {**asked, "found": "yes"}).text)
    assert "There are no such customers yet" in page


@pytest.mark.usefixtures("customers")
def test_where_there_are_too_few_it_offers_another_meaning(as_analyst: Client) -> None:
    page = as_analyst.get(LEARN, {"found": "yes"}).text
    assert "Accounts that are marked as customers 30" in words(page)
    assert "meaning=marked" in page


@pytest.mark.usefixtures("customers")
def test_a_finding_becomes_a_criterion_with_one_click(as_marketing_manager: Client) -> None:
    page = as_marketing_manager.get(LEARN, MARKED)
    tokens = [row.token for row in page.context["groups"][0][2]]
    answer = as_marketing_manager.post(reverse("icp-learn-add"), {"finding": tokens[0]}, **HX)
    draft = IcpProfile.objects.drafts().get()
    assert draft.name == LEARNED
    assert f'value="{draft.pk}" selected' in answer.text.replace("\n", " ")
    assert "asks for" in words(answer.text)
    for token in tokens:
        as_marketing_manager.post(reverse("icp-learn-add"), {"finding": token, "draft": draft.pk})
    names = set(draft.criteria.values_list("name", flat=True))
    assert "Industry: finance" in names
    assert len(names) == draft.criteria.count()


@pytest.mark.usefixtures("customers")
def test_a_finding_that_cannot_be_added_says_why(as_marketing_manager: Client) -> None:
    page = as_marketing_manager.get(LEARN, MARKED)
    token = next(row.token for row in page.context["groups"][0][2])
    back = {"finding": token, "next": f"{LEARN}?meaning=marked"}
    answer = as_marketing_manager.post(reverse("icp-learn-add"), back)
    assert answer.headers["Location"] == back["next"]
    tampered = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    assert as_marketing_manager.post(reverse("icp-learn-add"), {"finding": tampered}).status_code == 404


@pytest.mark.usefixtures("customers")
def test_all_that_is_sure_becomes_a_draft(as_marketing_manager: Client) -> None:
    page = words(as_marketing_manager.post(reverse("icp-learn-draft"), {"meaning": "marked"}, follow=True).text)
    draft = IcpProfile.objects.drafts().get()
    assert "is a draft now, of everything that is sure." in page
    assert draft.origin == "Learned from accounts that are marked as customers."
    assert sum(draft.criteria.values_list("weight", flat=True)) == 100


def test_nothing_sure_is_no_draft(as_marketing_manager: Client) -> None:
    page = as_marketing_manager.post(reverse("icp-learn-draft"), {"meaning": "marked"}, follow=True)
    assert "Nothing is sure enough for a draft." in words(page.text)
    assert not IcpProfile.objects.drafts().exists()


def test_its_pages_take_as_many_queries_however_much_there_is(
    as_admin: Client, icp_profile: IcpProfile, query_count: QueryCount, now: datetime
) -> None:
    draft = copy_profile(profile=icp_profile)

    def look() -> None:
        with query_count("icp-list"):
            as_admin.get(LIST)
        with query_count("icp-show"):
            as_admin.get(url("show", draft))
        with query_count("icp-examine"):
            as_admin.get(url("examine", draft))
        with query_count("icp-learn"):
            as_admin.get(LEARN, MARKED)

    make_customers()
    look()
    make_customers()
    for number in range(8):
        copy = copy_profile(profile=icp_profile)
        IcpProfile.objects.filter(pk=copy.pk).update(published_at=now - timedelta(days=number))
        IcpCriterion.objects.create(
            profile=draft, name=f"C{number}", attribute="technologies", values=["SAP"], is_disqualifier=number % 2 == 1
        )
    look()
