"""Tier policies: what each version says, its way into force, and what a draft would do."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.menus.models import MenuItem, Tactic
from abmhub.orders.models import OrderLine
from abmhub.scoring import actions
from abmhub.scoring.models import PolicyMove, PolicyPreview, TierCapacity, TierCondition, TierPolicy
from abmhub.users.models import User
from abmhub.web import policy_preview
from tests.web.query_counts import QueryCount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def strict(policy_draft: TierPolicy) -> TierPolicy:
    """A draft by which nobody is in a tier."""
    TierCondition.objects.filter(rule__policy=policy_draft, fact="fit").update(threshold=100)
    TierCondition.objects.filter(rule__policy=policy_draft).exclude(fact="fit").delete()
    for rule in policy_draft.rules.all():
        TierCondition.objects.create(rule=rule, fact="intent", threshold=100)
    return policy_draft


def many(number: int) -> None:
    """So many accounts of Tier 2, the first with the highest priority."""
    accounts = Account.objects.bulk_create(
        Account(name=f"Many {each:03}", normalized_name=f"many {each:03}") for each in range(number)
    )
    Standing.objects.bulk_create(
        [Standing(account=account, tier_id=2, priority=number - place) for place, account in enumerate(accounts)]
    )


def preview(browser: Client, policy: TierPolicy, **query: str) -> str:
    answer = browser.get(reverse("policy-preview", args=[policy.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def compute(browser: Client, policy: TierPolicy) -> None:
    answer = browser.post(reverse("policy-preview", args=[policy.pk]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("policy-preview", args=[policy.pk]))


def names(page: str) -> list[str]:
    """The accounts in the list of those that move."""
    return re.findall(r'href="/accounts/\d+/">([^<]+)</a>', page.partition('id="moves"')[2])


def test_the_list_shows_what_is_in_force_and_the_way_back(
    as_marketing_manager: Client, policy_earlier: TierPolicy, query_count: QueryCount
) -> None:
    with query_count("policy-list"):
        page = as_marketing_manager.get(reverse("policy-list")).content.decode()
    assert "Fit at least 70 and intent at least 60 and expected ACV at least 15,000" in page
    assert "Return to version 1" in page
    for _ in range(5):
        actions.copy_policy(policy=policy_earlier)
    with query_count("policy-list"):
        as_marketing_manager.get(reverse("policy-list"))


def test_a_draft_is_copied_previewed_published_and_brought_back(
    as_marketing_manager: Client, policy: TierPolicy, account: Account
) -> None:
    browser = as_marketing_manager
    browser.post(reverse("policy-draft"), {"from": policy.pk})
    draft = TierPolicy.objects.get(version=2)
    page = browser.get(reverse("policy-show", args=[draft.pk])).content.decode()
    assert "first: nobody has seen yet whom it would move." in page
    browser.post(reverse("policy-publish", args=[draft.pk]))
    assert TierPolicy.objects.in_force() == policy
    compute(browser, draft)
    browser.post(reverse("policy-publish", args=[draft.pk]))
    assert TierPolicy.objects.in_force() == draft
    browser.post(reverse("policy-restore", args=[policy.pk]))
    restored = TierPolicy.objects.in_force()
    assert restored
    assert (restored.version, restored.origin) == (3, "Return to version 1.")


def test_a_second_person_approves_where_the_setting_asks_for_one(
    as_admin: Client, as_marketing_manager: Client, policy_draft: TierPolicy, account: Account, settings: Settings
) -> None:
    settings.ABMHUB_SECOND_PERSON = True
    compute(as_admin, policy_draft)
    for verb in ("submit", "approve", "publish"):
        as_admin.post(reverse(f"policy-{verb}", args=[policy_draft.pk]))
    policy_draft.refresh_from_db()
    assert (policy_draft.approved_at, policy_draft.is_draft) == (None, True)
    page = as_admin.get(reverse("policy-show", args=[policy_draft.pk])).content.decode()
    assert "You submitted Goldilocks (version 2) yourself: ask somebody else to approve it." in page
    as_marketing_manager.post(reverse("policy-approve", args=[policy_draft.pk]))
    as_admin.post(reverse("policy-publish", args=[policy_draft.pk]))
    assert TierPolicy.objects.in_force() == policy_draft


def test_a_version_is_compared_with_the_one_in_force_or_any_other(
    as_analyst: Client, policy: TierPolicy, strict: TierPolicy
) -> None:
    path = reverse("policy-compare", args=[strict.pk])
    page = as_analyst.get(path).content.decode()
    assert "Rule “Just right”: fit" in page
    assert "at least 100" in page
    same = actions.copy_policy(policy=strict)
    assert "They say the same" in as_analyst.get(path, {"with": same.pk}).content.decode()
    assert as_analyst.get(path, {"with": "0"}).status_code == 404
    assert as_analyst.get(path, {"with": "x"}).status_code == 200


def test_the_coverage_check_counts_the_accounts(
    as_analyst: Client, policy: TierPolicy, account: Account, query_count: QueryCount
) -> None:
    path = reverse("policy-examine", args=[policy.pk])
    with query_count("policy-examine"):
        page = as_analyst.get(path).content.decode()
    assert "Every account meets “Too small” today: it tells none apart." in page
    many(40)
    with query_count("policy-examine"):
        as_analyst.get(path)
    with query_count("policy-show"):
        as_analyst.get(reverse("policy-show", args=[policy.pk]))


def test_the_preview_tells_who_moves_what_it_costs_and_whose_orders_are_open(
    as_marketing_manager: Client,
    strict: TierPolicy,
    account: Account,
    line: OrderLine,
    tactic: Tactic,
    query_count: QueryCount,
) -> None:
    assert "It was not previewed yet" in preview(as_marketing_manager, strict)
    MenuItem.objects.exclude(tactic=tactic).delete()
    MenuItem.objects.filter(tactic=tactic).update(quota=4, quota_days=45)
    compute(as_marketing_manager, strict)
    with query_count("policy-preview"):
        page = preview(as_marketing_manager, strict)
    assert names(page) == ["Acme Robotics"]
    assert "For Tier 3: " in page
    assert "$320" in page  # 4 × 90 ÷ 45 × 40.00 for one recipient
    assert line.order.number in page
    many(60)
    compute(as_marketing_manager, strict)
    with query_count("policy-preview"):
        page = preview(as_marketing_manager, strict)
    assert (len(names(page)), names(page)[0]) == (25, "Acme Robotics")
    assert "61" in page


def test_the_accounts_that_move_are_chosen_searched_and_paged(
    as_marketing_manager: Client, strict: TierPolicy, account: Account
) -> None:
    many(60)
    compute(as_marketing_manager, strict)
    assert names(preview(as_marketing_manager, strict, **{"from": "1", "to": "0"})) == ["Acme Robotics"]
    assert names(preview(as_marketing_manager, strict, **{"from": "1", "to": "2"})) == []
    assert names(preview(as_marketing_manager, strict, q="many 007")) == ["Many 007"]
    assert "None of them" in preview(as_marketing_manager, strict, q="nobody\0")
    page = preview(as_marketing_manager, strict, **{"from": "2"})
    found = names(page)
    while paths := re.findall(r'rel="next" href="([^"]+)"', page):
        page = as_marketing_manager.get(paths[0].replace("&amp;", "&")).content.decode()
        found += names(page)
    assert sorted(found) == [f"Many {each:03}" for each in range(60)]


def test_what_would_happen_anyway_is_marked_counted_and_left_out(
    as_marketing_manager: Client, strict: TierPolicy, account: Account
) -> None:
    many(2)
    Account.objects.filter(pk=account.pk).update(is_target=False)
    compute(as_marketing_manager, strict)
    page = preview(as_marketing_manager, strict)
    assert page.count('<span class="badge">anyway</span>') == len(names(page))
    alike = as_marketing_manager.get(reverse("policy-preview-export", args=[strict.pk]))
    assert b"".join(alike.streaming_content).count(b",yes\r\n") == len(names(page))  # type: ignore[attr-defined]
    assert f"accounts, {len(names(page))} of them anyway" in page
    assert "Only what this version changes" in page
    page = preview(as_marketing_manager, strict, anyway="no")
    assert names(page) == []
    assert "Only what this version changes" not in page


def test_the_file_of_moves_runs_no_formula(as_marketing_manager: Client, strict: TierPolicy, account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(name="=HYPERLINK(1)")
    path = reverse("policy-preview-export", args=[strict.pk])
    assert as_marketing_manager.get(path)["Location"] == reverse("policy-preview", args=[strict.pk])
    compute(as_marketing_manager, strict)
    answer: Any = as_marketing_manager.get(path)
    header, row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert header == "Account,Domain,Owner,From,To,By the rules,Held by,Rule,Reason,Anyway"
    assert row.startswith("'=HYPERLINK(1),acme.example,Rana Haddad,Tier 1,No tier,No tier,,,")
    assert b"HYPERLINK" not in b"".join(as_marketing_manager.get(path, {"q": "other"}).streaming_content)  # type: ignore[attr-defined]


def test_who_waits_for_a_place_is_led_to(
    as_marketing_manager: Client, policy_draft: TierPolicy, rep: User, account: Account
) -> None:
    other = Account.objects.create(name="Zweite", normalized_name="zweite", owner=rep)
    TierCondition.objects.filter(rule__policy=policy_draft).delete()
    for rule in policy_draft.rules.all():
        TierCondition.objects.create(rule=rule, fact="engagement", threshold=0)
    TierCapacity.objects.create(policy=policy_draft, tier=Tier.objects.get(level=1), accounts_per_rep=1)
    compute(as_marketing_manager, policy_draft)
    page = preview(as_marketing_manager, policy_draft)
    assert "Rana Haddad" in page.partition("Reps over capacity")[2]
    assert names(preview(as_marketing_manager, policy_draft, waits=str(rep.pk))) == [other.name]
    assert names(preview(as_marketing_manager, policy_draft, waits="999999")) == []


def test_what_was_changed_after_the_preview_is_told(
    as_marketing_manager: Client, strict: TierPolicy, account: Account
) -> None:
    compute(as_marketing_manager, strict)
    assert "The draft was changed since." not in preview(as_marketing_manager, strict)
    strict.rules.filter(position=1).update(name="Other")
    assert "The draft was changed since." in preview(as_marketing_manager, strict)


def test_with_very_many_accounts_a_worker_does_it(
    as_marketing_manager: Client,
    strict: TierPolicy,
    account: Account,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policy_preview, "HERE", 0)
    compute(as_marketing_manager, strict)
    path = reverse("policy-preview", args=[strict.pk])
    assert "Waiting for a worker" in preview(as_marketing_manager, strict)
    headers = {"HX-Request": "true", "HX-Target": "progress"}
    assert "HX-Refresh" not in as_marketing_manager.get(path, headers=headers)
    PolicyPreview.objects.update(started_at=now)
    assert "Working the next night out" in preview(as_marketing_manager, strict)
    actions.preview_asked(clock=lambda: now + timedelta(seconds=9))
    assert as_marketing_manager.get(path, headers=headers)["HX-Refresh"] == "true"
    assert names(preview(as_marketing_manager, strict)) == ["Acme Robotics"]


def test_a_preview_that_fails_says_why(as_marketing_manager: Client, strict: TierPolicy) -> None:
    strict.rules.all().delete()
    compute(as_marketing_manager, strict)
    assert "has no rules: no account would be in any tier." in preview(as_marketing_manager, strict)
    assert PolicyMove.objects.count() == 0


def test_what_is_in_force_is_not_previewed(as_marketing_manager: Client, policy: TierPolicy) -> None:
    answer = as_marketing_manager.post(reverse("policy-preview", args=[policy.pk]), follow=True)
    assert "copy it to a draft to preview it" in answer.content.decode()


def test_the_page_of_a_draft_asks_as_often_however_many_rules(
    as_admin: Client, policy_draft: TierPolicy, account: Account, query_count: QueryCount
) -> None:
    path = reverse("admin:scoring_tierpolicy_change", args=[policy_draft.pk])
    with query_count("policy-editor"):
        as_admin.get(path)
    first = policy_draft.rules.get(position=1)
    for position in range(10, 22):
        first.pk, first.position = None, position
        first.save()
        TierCondition.objects.create(rule=first, fact="industry", operator="in", values=["technology"])
    with query_count("policy-editor"):
        as_admin.get(path)


def test_a_draft_may_begin_with_a_sheet(as_marketing_manager: Client, policy: TierPolicy) -> None:
    assert "the E-tail sheet" in as_marketing_manager.get(reverse("policy-list")).content.decode()
    as_marketing_manager.post(reverse("policy-draft"), {"from": "etail"})
    draft = TierPolicy.objects.get(version=2)
    assert (draft.name, draft.origin) == ("Goldilocks for e-tail", "From the E-tail sheet.")
