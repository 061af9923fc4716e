"""The page on which a draft is written: everything on one form, and nothing is lost or stored before it is saved."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Attribute, Territory
from abmhub.scoring.actions import copy_policy
from abmhub.scoring.coverage_check import written_rules
from abmhub.scoring.models import TierCondition, TierPolicy, TierRule
from abmhub.scoring.policy_data import policy_as_data
from abmhub.users.models import User
from tests.scoring.conftest import MakeAccount, night

pytestmark = pytest.mark.django_db


class Form(HTMLParser):
    """What the page of a draft would post, were its button pressed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self._select: str | None = None
        self._first: str | None = None
        self._is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self._is_inside = said.get("id") == "builder"
        if not self._is_inside:
            return
        name, value = said.get("name") or "", said.get("value") or ""
        if tag == "select":
            self._select, self._first = name, None
        elif tag == "option" and self._select:
            if self._first is None or "selected" in said:
                self.data[self._select] = [value]
                self._first = value
        elif tag == "input" and name and (said.get("type") != "checkbox" or "checked" in said):
            self.data.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


@pytest.fixture
def draft(policy: TierPolicy) -> TierPolicy:
    return copy_policy(policy=policy)


def path(policy: TierPolicy) -> str:
    return reverse("admin:scoring_tierpolicy_change", args=[policy.pk])


def form(browser: Client, policy: TierPolicy) -> dict[str, Any]:
    return Form(browser.get(path(policy)).content.decode()).data


def press(browser: Client, policy: TierPolicy, data: dict[str, Any], button: str, **changes: Any) -> dict[str, Any]:
    """The form as the page has it after a button was pressed."""
    answer = browser.post(path(policy), {**data, **changes, "do": button})
    assert answer.status_code == 200
    return Form(answer.content.decode()).data


def save(browser: Client, policy: TierPolicy, data: dict[str, Any], **changes: Any) -> Any:
    return browser.post(path(policy), {**data, **changes, "do": "save"})


def sentences(policy: TierPolicy) -> list[str]:
    return [f"{each.rule.name}: {each.sentence}" for each in written_rules(policy)]


def test_saving_what_the_page_shows_changes_nothing(browser: Client, draft: TierPolicy) -> None:
    TierCondition.objects.create(rule=draft.rules.get(position=3), fact="industry", operator="not", values=["retail"])
    before = policy_as_data(draft)
    assert save(browser, draft, form(browser, draft)).status_code == 302
    draft.refresh_from_db()
    assert policy_as_data(draft) == before
    assert draft.status == TierPolicy.Status.DRAFT


def test_a_draft_is_written_on_one_page(browser: Client, draft: TierPolicy) -> None:
    data = form(browser, draft)
    data |= {
        "name": "Larger",
        "demote_band": "5",
        "minimum_stay_days": "14",
        "capacity-1": "20",
        "rule-0-2-threshold": "55",
        "rule-1-2-threshold": "20,000.50",
        "rule-2-name": "Anybody",
    }
    assert save(browser, draft, data).status_code == 302
    draft.refresh_from_db()
    assert (draft.name, draft.demote_band, draft.minimum_stay_days) == ("Larger", 5, 14)
    assert [(each.tier_id, each.accounts_per_rep) for each in draft.capacities.all()] == [(1, 20)]
    assert sentences(draft) == [
        "Just right: Fit at least 70 and intent at least 60 and engagement at least 55 and expected ACV at least 50,000 → Tier 1",  # noqa: E501
        "Too many for 1:1: Fit at least 70 and intent at least 60 and expected ACV at least 20,000.5 → Tier 2",
        "Anybody: Fit at least 70 → Tier 3",
    ]


def test_buttons_add_move_duplicate_and_delete_without_storing(browser: Client, draft: TierPolicy) -> None:
    before = policy_as_data(draft)
    data = press(browser, draft, form(browser, draft), "rule:2:up")
    assert [data[f"rule-{each}-name"] for each in range(3)] == [["Just right"], ["Too small"], ["Too many for 1:1"]]
    data = press(browser, draft, data, "rule:0:duplicate", **{"rule-0-name": "Typed"})
    assert [data[f"rule-{each}-name"] for each in range(2)] == [["Typed"], ["Typed (copy)"]]
    data = press(browser, draft, data, "rule:0:delete")
    data = press(browser, draft, data, "rule:0:3:delete")
    data = press(browser, draft, data, "rule:2:down")
    data = press(browser, draft, data, "add-rule")
    assert data["rule-3-name"] == [""]
    assert policy_as_data(draft) == before
    data = press(browser, draft, data, "rule:3:delete")
    assert save(browser, draft, data).status_code == 302
    assert sentences(draft) == [
        "Typed (copy): Fit at least 70 and intent at least 60 and engagement at least 60 → Tier 1",
        "Too small: Fit at least 70 → Tier 3",
        "Too many for 1:1: Fit at least 70 and intent at least 60 and expected ACV at least 15,000 → Tier 2",
    ]


@pytest.mark.parametrize("button", ["rule:9:up", "rule:x:delete", "rule:0:99:delete", "rule:0", "", "nonsense:1:2:3:4"])
def test_a_button_that_there_is_not_changes_nothing(browser: Client, draft: TierPolicy, button: str) -> None:
    data = form(browser, draft)
    after = press(browser, draft, data, button)
    assert {name: said for name, said in after.items() if name != "csrfmiddlewaretoken"} == {
        name: said for name, said in data.items() if name != "csrfmiddlewaretoken"
    }


def test_a_condition_offers_what_suits_its_fact(
    browser: Client, draft: TierPolicy, make_account: MakeAccount, custom: dict[str, Attribute]
) -> None:
    make_account(industry="Logistics")
    Territory.objects.create(name="Nordics")
    data = form(browser, draft)
    for subject in (
        "industry",
        "territory",
        "stage",
        "segment",
        "freshness",
        "attribute:of_yes_no",
        "attribute:of_date",
    ):
        data = press(browser, draft, data, "rule:2:add", **{"rule-2-add": subject})
    page = browser.post(path(draft), {**data, "do": "check"}).content.decode()
    for value in ("Logistics", "Nordics", "no opportunity", "smb", "yes"):
        assert f'value="{value}"' in page
    assert "days; 0 while the data is fresh" in page
    data |= {
        "rule-2-1-values": ["Logistics"],
        "rule-2-2-values": ["Nordics"],
        "rule-2-3-values": ["customer", "no opportunity"],
        "rule-2-3-operator": "not",
        "rule-2-4-values": ["smb"],
        "rule-2-5-threshold": "1",
        "rule-2-5-operator": "lt",
        "rule-2-6-values": ["yes"],
        "rule-2-7-threshold": "2024",
    }
    assert save(browser, draft, data).status_code == 302
    asked = draft.rules.get(position=3).conditions.order_by("pk").values_list("fact", "operator", "threshold", "values")
    assert [(fact, operator, threshold and int(threshold), values) for fact, operator, threshold, values in asked] == [
        ("fit", "gte", 70, []),
        ("freshness", "lt", 1, []),
        ("stage", "not", None, ["customer", "no opportunity"]),
        ("industry", "in", None, ["Logistics"]),
        ("segment", "in", None, ["smb"]),
        ("territory", "in", None, ["Nordics"]),
        ("custom", "gte", 2024, []),
        ("custom", "in", None, ["yes"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": ""}, "A policy needs a name"),
        ({"demote_band": "101"}, "A whole number from 0 to 100."),
        ({"promote_band": "two"}, "A whole number from 0 to 100."),
        ({"minimum_stay_days": "-1"}, "A whole number from 0 to 3650."),
        ({"capacity-2": "0"}, "A whole number from 1, or nothing"),
        ({"rule-1-name": " "}, "Give the rule a name"),
        ({"rule-1-tier": "9"}, "Choose the tier that it gives."),
        ({"rule-0-0-threshold": ""}, "Say a number."),
        ({"rule-0-0-threshold": "much"}, "“much” is no number."),
        ({"rule-0-0-threshold": "nan"}, "“nan” is no number that anything could reach."),
        ({"rule-0-0-threshold": "9e99"}, "is no number that anything could reach."),
        ({"rule-0-0-threshold": "1.234"}, "Two decimals at most."),
        ({"rule-2-add": "industry"}, "Choose at least one."),
        ({"rule-2-add": "fit", "rule-2-0-threshold": "70"}, "Say a number."),
        ({"rule-0-name": "x\0y" * 60}, "A name has 100 characters at most."),
    ],
    ids=[
        "name", "band", "band-words", "stay", "capacity", "rule-name", "tier", "empty", "words", "nan", "huge",
        "decimals", "no-value", "added", "long",
    ],
)  # fmt: skip
def test_bad_input_is_told_and_nothing_is_lost(
    browser: Client, draft: TierPolicy, changes: dict[str, str], problem: str
) -> None:
    before, data = policy_as_data(draft), form(browser, draft)
    answer = save(browser, draft, data, **changes, **{"rule-0-2-threshold": "12"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert problem in page
    assert "Nothing is saved yet" in page
    assert Form(page).data["rule-0-2-threshold"] == ["12"]
    assert policy_as_data(draft) == before


def test_a_rule_asks_the_same_only_once(browser: Client, draft: TierPolicy) -> None:
    data = press(browser, draft, form(browser, draft), "rule:2:add", **{"rule-2-add": "fit"})
    answer = save(browser, draft, data, **{"rule-2-1-threshold": "80"})
    assert "The rule asks this already" in answer.content.decode()


def test_who_saves_second_is_told_and_loses_nothing(browser: Client, draft: TierPolicy) -> None:
    data = form(browser, draft)
    TierRule.objects.filter(policy=draft, position=1).update(name="Renamed")
    answer = save(browser, draft, data, **{"rule-0-2-threshold": "12"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody changed Goldilocks (version 2) since you opened it." in page
    assert draft.rules.get(position=1).name == "Renamed"
    assert save(browser, draft, Form(page).data).status_code == 302
    assert draft.rules.get(position=1).name == "Just right"


def test_what_was_published_is_read_and_never_written(browser: Client, policy: TierPolicy) -> None:
    page = browser.get(path(policy)).content.decode()
    assert "Fit at least 70 and intent at least 60 and expected ACV at least 15,000 → Tier 2" in page
    assert 'id="builder"' not in page
    assert browser.post(path(policy), {"do": "save", "name": "Other"}).status_code == 403
    assert (
        browser.post(reverse("admin:scoring_tierpolicy_delete", args=[policy.pk]), {"post": "yes"}).status_code == 403
    )
    assert browser.get(reverse("admin:scoring_tierpolicy_change", args=[0])).status_code == 302


def test_a_new_policy_begins_with_its_name(browser: Client, policy: TierPolicy) -> None:
    answer = browser.post(reverse("admin:scoring_tierpolicy_add"), {"name": "E-tail"})
    new = TierPolicy.objects.get(name="E-tail")
    assert (new.version, answer["Location"]) == (2, path(new))
    assert "There is no rule yet." in browser.get(path(new)).content.decode()
    data = press(browser, new, form(browser, new), "add-rule")
    data = press(browser, new, data, "rule:0:add", **{"rule-0-add": "acv_amount"})
    changes = {"rule-0-name": "Large", "rule-0-tier": "1", "rule-0-0-threshold": "100 000"}
    assert save(browser, new, data, **changes).status_code == 302
    assert sentences(new) == ["Large: Expected ACV at least 100,000 → Tier 1"]


def test_the_page_counts_whom_each_rule_takes_and_checks_coverage(
    browser: Client, draft: TierPolicy, make_account: MakeAccount
) -> None:
    make_account()
    make_account(industry="retail", employees=10)
    night()
    page = browser.get(path(draft)).content.decode()
    assert "1 account today" in page
    assert "No account meets “Just right” today." in page
    data = form(browser, draft)
    checked = browser.post(path(draft), {**data, "rule-2-0-threshold": "120", "do": "check"}).content.decode()
    assert "which no account can have: scores are 0 to 100." in checked


def test_what_is_changed_after_a_preview_has_to_be_previewed_again(browser: Client, draft: TierPolicy) -> None:
    data = form(browser, draft)
    TierPolicy.objects.filter(pk=draft.pk).update(status="previewed", previewed_as="as it was")
    assert save(browser, draft, data, **{"rule-0-2-threshold": "12"}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == TierPolicy.Status.DRAFT
