"""Profiles and policies in the admin: drafts are edited, published versions are read."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.models import Attribute
from abmhub.scoring.actions import copy_profile, mark_previewed
from abmhub.scoring.models import IcpProfile, TierPolicy
from abmhub.users.models import User


@pytest.fixture
def browser(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


def url(page: str, *args: object) -> str:
    return reverse(f"admin:scoring_{page}", args=args)


def run_action(browser: Client, model: str, action: str, *rows: int) -> list[str]:
    """What the page says after the action on the chosen rows of a list."""
    answer = browser.post(url(f"{model}_changelist"), {"action": action, "_selected_action": list(rows)}, follow=True)
    return [str(message) for message in answer.context["messages"]]


def test_a_policy_is_copied_and_published_from_the_list(browser: Client, policy: TierPolicy, admin: User) -> None:
    assert run_action(browser, "tierpolicy", "copy", policy.pk) == ["Goldilocks (version 2) is a draft now."]
    draft = TierPolicy.objects.get(version=2)
    assert run_action(browser, "tierpolicy", "publish", draft.pk, policy.pk) == ["Choose one."]
    [refusal] = run_action(browser, "tierpolicy", "publish", draft.pk)
    assert refusal.startswith("Preview Goldilocks (version 2) first")
    mark_previewed(policy=draft, by=admin, at=timezone.now())
    assert run_action(browser, "tierpolicy", "publish", draft.pk) == [
        "Goldilocks (version 2) is in force from the next night on."
    ]
    draft.refresh_from_db()
    assert (TierPolicy.objects.in_force(), draft.published_by) == (draft, admin)
    [refusal] = run_action(browser, "tierpolicy", "publish", policy.pk)
    assert refusal.startswith("Goldilocks (version 1) is superseded")


def test_a_profile_is_copied_edited_and_published(browser: Client, profile: IcpProfile) -> None:
    assert browser.post(url("icpprofile_change", profile.pk), {"name": "Other"}).status_code == 403
    assert run_action(browser, "icpprofile", "copy", profile.pk) == ["Software companies (version 2) is a draft now."]
    draft = IcpProfile.objects.get(published_at=None)
    assert b"criteria-0-weight" in browser.get(url("icpprofile_change", draft.pk)).content
    run_action(browser, "icpprofile", "publish", draft.pk)
    assert IcpProfile.objects.in_force() == draft


def test_a_draft_may_be_deleted(browser: Client, profile: IcpProfile) -> None:
    draft = copy_profile(profile=profile)
    assert browser.post(url("icpprofile_delete", draft.pk), {"post": "yes"}).status_code == 302
    assert not IcpProfile.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("page", ["icpprofile", "tierpolicy", "tiersnapshot"])
def test_every_list_opens(browser: Client, policy: TierPolicy, page: str) -> None:
    assert browser.get(url(f"{page}_changelist")).status_code == 200


def criteria_form(profile: IcpProfile, **changes: object) -> dict[str, Any]:
    """What the page of a draft posts, with some fields changed and one line more."""
    criteria = list(profile.criteria.order_by("-weight", "pk"))
    data: dict[str, Any] = {
        "name": profile.name,
        "minimum_known_percent": 40,
        "criteria-TOTAL_FORMS": len(criteria) + 1,
        "criteria-INITIAL_FORMS": len(criteria),
    }
    for number, each in enumerate(criteria):
        fields = {
            "id": each.pk,
            "name": each.name,
            "attribute": each.attribute,
            "minimum": each.minimum or "",
            "maximum": each.maximum or "",
            "values": ",".join(each.values),
            "weight": each.weight,
        }
        data |= {f"criteria-{number}-{name}": value for name, value in fields.items()}
    return data | {f"criteria-{len(criteria)}-weight": 10} | changes


def test_a_criterion_about_a_custom_attribute_is_added_in_the_same_list(
    browser: Client, profile: IcpProfile, custom: dict[str, Attribute]
) -> None:
    draft = copy_profile(profile=profile)
    key = f"attribute_{custom['choice'].pk}"
    assert f'value="{key}"' in browser.get(url("icpprofile_change", draft.pk)).content.decode()
    line = {"criteria-4-name": "Own", "criteria-4-attribute": key, "criteria-4-values": "own, 3pl"}
    answer = browser.post(url("icpprofile_change", draft.pk), criteria_form(draft, **line))
    assert answer.status_code == 302, answer.context["errors"]
    added = draft.criteria.get(name="Own")
    assert (added.custom, added.values) == (custom["choice"], ["Own", "3PL"])
    assert b"Own" in browser.get(url("icpprofile_change", draft.pk)).content
    changed = {"criteria-0-weight": 31, "criteria-4-name": "", "criteria-4-weight": 10}
    draft.criteria.filter(name="Own").delete()
    assert browser.post(url("icpprofile_change", draft.pk), criteria_form(draft, **changed)).status_code == 302
    assert draft.criteria.filter(weight=31).count() == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"attribute": "industry"}, "A number needs a minimum or a maximum and no values"),
        ({"attribute": "industry", "minimum": "5"}, "A number needs a minimum or a maximum and no values"),
        ({"attribute": "attribute_{number}", "values": "5"}, "it needs a minimum or a maximum"),
        ({"attribute": "attribute_0", "values": "5"}, "attribute_0 is not one of the available choices"),
    ],
)
def test_a_line_that_asks_nothing_is_refused(
    browser: Client, profile: IcpProfile, custom: dict[str, Attribute], line: dict[str, str], problem: str
) -> None:
    draft = copy_profile(profile=profile)
    said = {
        f"criteria-4-{name}": value.format(number=custom["number"].pk)
        for name, value in {"name": "New", **line}.items()
    }
    answer = browser.post(url("icpprofile_change", draft.pk), criteria_form(draft, **said))
    assert answer.status_code == 200
    assert problem in answer.content.decode()


def test_the_page_of_a_draft_says_what_contradicts_itself(browser: Client, profile: IcpProfile) -> None:
    draft = copy_profile(profile=profile)
    draft.criteria.filter(attribute="employees").update(minimum=500, maximum=200)
    page = browser.get(url("icpprofile_change", draft.pk)).content.decode()
    assert "asks for at least 500 and at most 200: no account can meet it." in page
    assert f"/icp/{draft.pk}/" in page
    published = browser.get(url("icpprofile_change", profile.pk)).content.decode()
    assert "Employees: 200 or more" in published
    assert browser.get(url("icpprofile_add")).status_code == 200


def test_an_earlier_profile_is_returned_to_from_the_list(browser: Client, profile: IcpProfile) -> None:
    draft = copy_profile(profile=profile)
    run_action(browser, "icpprofile", "publish", draft.pk)
    [said] = run_action(browser, "icpprofile", "restore", profile.pk)
    assert said == "Software companies (version 3) is in force from the next night on."
