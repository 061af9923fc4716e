"""A tier by hand and by appeal, and how it came to be."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Standing, Tier, TierChange
from abmhub.scoring.actions import overriding
from abmhub.scoring.models import TierAppeal, TierCapacity, TierOverride, TierPolicy
from abmhub.users.models import User
from tests.web.story import path_of, text_of

pytestmark = pytest.mark.usefixtures("at_now")
APPEALS = reverse("appeal-list")
QueryCount = Callable[[str], AbstractContextManager[None]]


def override_path(account: Account) -> str:
    return reverse("account-override", args=[account.pk])


def appeal_path(account: Account) -> str:
    return reverse("account-appeal", args=[account.pk])


def test_a_manager_puts_an_account_in_a_tier_by_hand(
    as_sales_manager: Client, as_rep: Client, account: Account, sales_manager: User, today: date
) -> None:
    last_day = today + timedelta(days=10)
    data = {"tier": "2", "reason": "Their plant burned down.", "expires_on": last_day.isoformat()}
    response = as_sales_manager.post(override_path(account), data, follow=True)
    assert response.redirect_chain == [(path_of(account), 302)]
    assert "Acme Robotics is in Tier 2 by hand now." in text_of(response)
    override = TierOverride.objects.get()
    assert (override.tier_id, override.expires_on, override.made_by) == (2, last_day, sales_manager)
    page = text_of(as_rep.get(path_of(account)))
    assert "Tier 2 by hand through 14 Mar , by Selma Berg: Their plant burned down." in page
    assert "The rules alone give Tier 1." in page
    assert "Let the rules decide again" not in page
    assert "Let the rules decide again" in text_of(as_sales_manager.get(path_of(account)))


def test_it_says_which_tiers_are_full_and_that_it_comes_in_all_the_same(
    as_sales_manager: Client, account: Account, other_account: Account
) -> None:
    policy = TierPolicy.objects.get(status=TierPolicy.Status.PUBLISHED)
    TierCapacity.objects.create(policy=policy, tier_id=1, accounts_per_rep=1)
    TierCapacity.objects.create(policy=policy, tier_id=2, accounts_per_rep=0)
    page = text_of(as_sales_manager.get(override_path(account)))
    # Its own place in Tier 1 is no other's.
    assert "no place left" not in page
    assert "Rana Haddad has no places in Tier 2. By hand the account comes in all the same." in page
    other_account.owner = account.owner
    other_account.save()
    page = text_of(as_sales_manager.get(override_path(account)))
    assert "Rana Haddad has no place left in Tier 1: 1 of 1 taken." in page
    assert "another one, the lowest in priority, waits for a place" in page


def test_while_a_night_is_at_work_it_is_said_to_wait(
    as_sales_manager: Client, account: Account, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overriding, "take_effect", lambda account, at: False)
    data = {"tier": "2", "reason": "Because", "expires_on": today.isoformat()}
    page = text_of(as_sales_manager.post(override_path(account), data, follow=True))
    assert "Acme Robotics comes into Tier 2 as soon as the night that is at work is done." in page
    assert "It takes effect as soon as the night that is at work is done." in page


def test_no_tier_is_a_choice_too(as_admin: Client, account: Account, today: date) -> None:
    as_admin.post(override_path(account), {"tier": "none", "reason": "Sanctions", "expires_on": today.isoformat()})
    assert TierOverride.objects.get().tier is None


def test_a_rep_may_not(as_rep: Client, as_other_rep: Client, account: Account, today: date) -> None:
    data = {"tier": "2", "reason": "Please", "expires_on": today.isoformat()}
    assert as_rep.post(override_path(account), data).status_code == 403
    assert as_other_rep.post(override_path(account), data).status_code == 404
    assert not TierOverride.objects.exists()
    page = as_rep.get(path_of(account)).content.decode()
    assert override_path(account) not in page
    assert appeal_path(account) in page


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"tier": ""}, "This field is required."),
        ({"tier": "9"}, "Select a valid choice."),
        ({"reason": " "}, "This field is required."),
        ({"expires_on": "2026-03-03"}, "An override ends today at the earliest"),
        ({"expires_on": "2028-03-03"}, "after 366 days at the latest"),
    ],
    ids=["no tier", "unknown tier", "no reason", "over", "too far"],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    as_admin: Client, account: Account, wrong: dict[str, str], words: str
) -> None:
    data = {"tier": "2", "reason": "Because", "expires_on": "2026-03-10"} | wrong
    response = as_admin.post(override_path(account), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert words in page
    assert "Because" in page or wrong.get("reason")
    assert not TierOverride.objects.exists()


def test_a_disqualified_account_is_refused(as_admin: Client, account: Account, today: date) -> None:
    Standing.objects.update(tier=None, disqualified_by="Under embargo")
    data = {"tier": "2", "reason": "Because", "expires_on": today.isoformat()}
    page = as_admin.post(override_path(account), data).content.decode()
    assert "disqualified (Under embargo)" in page


def test_an_override_is_ended_and_a_second_time_refused(
    as_sales_manager: Client, override: TierOverride, account: Account
) -> None:
    path = reverse("override-end", args=[override.pk])
    assert "The rules decide about Acme Robotics again" in text_of(as_sales_manager.post(path, follow=True))
    assert "holds no more" in text_of(as_sales_manager.post(path, follow=True))
    assert "by hand" not in text_of(as_sales_manager.get(path_of(account))).partition("Choose the tier")[0]


def test_the_badge_says_by_hand_and_what_the_rules_give(
    as_rep: Client, account: Account, override: TierOverride
) -> None:
    badge = 'aria-label="by hand"'
    Standing.objects.update(earned_tier=Tier.objects.get(level=3))
    response = as_rep.get(path_of(account))
    assert badge in response.content.decode()
    assert "The rules alone give Tier 3." in text_of(response)
    assert badge in as_rep.get(reverse("account-list")).content.decode()
    why = text_of(as_rep.get(reverse("account-why", args=[account.pk])))
    assert "Would decide" in why
    assert "Put in Tier 1 by Selma Berg through 3 April 2026" in why


@pytest.mark.parametrize(
    ("held_by", "words"),
    [
        ("stale", "no tier rises on stale data"),
        ("band", "within the band"),
        ("stay", "not been in Tier 1 long enough to fall"),
        ("capacity", "Rana Haddad has as many accounts of that tier"),
    ],
)
def test_what_holds_it_is_said(as_rep: Client, account: Account, held_by: str, words: str) -> None:
    Standing.objects.update(held_by=held_by, earned_tier=Tier.objects.get(level=2))
    page = text_of(as_rep.get(path_of(account)))
    assert "The rules alone give Tier 2." in page
    assert words in page


def test_a_rep_appeals_and_reads_the_answer(
    as_rep: Client, as_marketing_manager: Client, account: Account, today: date
) -> None:
    response = as_rep.post(appeal_path(account), {"tier": "2", "reason": "They lost their budget."}, follow=True)
    assert "Your appeal waits for an answer" in text_of(response)
    assert "Rana Haddad asks for Tier 2" in text_of(response)
    assert appeal_path(account) not in response.content.decode()
    appeal = TierAppeal.objects.get()
    page = text_of(as_marketing_manager.get(APPEALS))
    assert "They lost their budget." in page
    assert "Grant" not in text_of(as_rep.get(APPEALS))
    data = {f"{appeal.pk}-answer": "So it is.", f"{appeal.pk}-expires_on": "2026-03-31", "grant": "yes"}
    done = as_marketing_manager.post(reverse("appeal-decide", args=[appeal.pk]), data, follow=True)
    assert "Acme Robotics is in Tier 2 by hand now. Rana Haddad is told." in text_of(done)
    assert TierOverride.objects.get().expires_on == date(2026, 3, 31)
    assert "Greta Vogt, just now : So it is." in text_of(as_rep.get(APPEALS))


def test_an_appeal_is_declined_without_a_day(as_admin: Client, appeal: TierAppeal) -> None:
    data = {f"{appeal.pk}-answer": "The budget is back."}
    assert as_admin.post(reverse("appeal-decide", args=[appeal.pk]), data).status_code == 302
    appeal.refresh_from_db()
    assert appeal.granted is False
    assert not TierOverride.objects.exists()


def test_an_answer_that_is_refused_keeps_what_was_typed(as_admin: Client, appeal: TierAppeal) -> None:
    data = {f"{appeal.pk}-answer": "So it is.", f"{appeal.pk}-expires_on": "", "grant": "yes"}
    response = as_admin.post(reverse("appeal-decide", args=[appeal.pk]), data)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Say through which day the tier holds." in page
    assert "So it is." in page


def test_only_whoever_decides_may_answer(as_sales_manager: Client, as_other_rep: Client, appeal: TierAppeal) -> None:
    path, data = reverse("appeal-decide", args=[appeal.pk]), {f"{appeal.pk}-answer": "No."}
    assert as_sales_manager.post(path, data).status_code == 403
    assert as_other_rep.post(path, data).status_code == 404
    assert "They lost their budget" not in text_of(as_other_rep.get(APPEALS))


def test_an_appeal_for_the_tier_it_has_is_refused(as_rep: Client, account: Account) -> None:
    response = as_rep.post(appeal_path(account), {"tier": "1", "reason": "Because"})
    assert response.status_code == 422
    assert "Acme Robotics is in Tier 1 already." in response.content.decode()


def moves(account: Account, today: date, count: int) -> None:
    TierChange.objects.bulk_create(
        TierChange(
            account=account,
            changed_on=today - timedelta(days=number),
            from_tier_id=2,
            to_tier_id=1,
            policy_version=number + 1,
            fit=80,
            intent=None,
            engagement=7,
            summary=f"Move {number}.",
        )
        for number in range(count)
    )


def test_every_move_is_told_with_its_scores(as_rep: Client, account: Account, today: date) -> None:
    moves(account, today, 30)
    TierChange.objects.filter(changed_on=today).update(held_by="stay")
    path = reverse("account-moves", args=[account.pk])
    first = as_rep.get(path)
    page = text_of(first)
    assert "Move 0. Held: minimum stay 80 – 7 1" in page
    assert "Move 25." not in page
    assert "Move 29." in text_of(as_rep.get(first.context["page"].next_url))
    beside = as_rep.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in beside
    assert "Move 2." in beside
    assert "Move 3." not in beside


def test_queries_do_not_grow(
    as_admin: Client, account: Account, rep: User, today: date, now: datetime, query_count: QueryCount
) -> None:
    path = reverse("account-moves", args=[account.pk])
    moves(account, today, 1)
    for times in (1, 20):
        for number in range(times):
            one = Account.objects.create(name=f"Firm {times} {number}", owner=rep)
            TierAppeal.objects.create(account=one, tier_id=1, reason="Why", made_by=rep, made_at=now)
        with query_count("appeal-list"):
            as_admin.get(APPEALS)
        with query_count("account-moves"):
            as_admin.get(path)
        TierChange.objects.all().delete()
        moves(account, today, 20)


def test_home_asks_those_who_decide(
    as_admin: Client, as_marketing_manager: Client, as_rep: Client, appeal: TierAppeal
) -> None:
    for browser in (as_admin, as_marketing_manager):
        assert f"{APPEALS}#appeal-{appeal.pk}" in browser.get(reverse("home")).content.decode()
    assert f"#appeal-{appeal.pk}" not in as_rep.get(reverse("home")).content.decode()
