"""The arithmetic on the page of an account: rules as bars, topics as weeks, engagement as shares that fade."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account, Tier
from abmhub.committee.models import Contact
from abmhub.core.models import Run
from abmhub.scoring.explanation import ConditionVerdict
from abmhub.scoring.models import TierCondition
from abmhub.signals.models import IntentObservation, IntentProvider, Topic, TopicCluster
from abmhub.web.arithmetic import RuleLines, _condition, arithmetic_of
from tests.web.story import event, text_of

pytestmark = pytest.mark.usefixtures("at_now")


@pytest.fixture(autouse=True)
def last_night(db: None, now: datetime, today: date) -> Run:
    return Run.objects.create(
        job="nightly", business_day=today, status=Run.Status.DONE, started_at=now, published_at=now
    )


def observed(account: Account, topic: str, levels: list[int], today: date, cluster: str = "") -> None:
    """Weekly levels up to this week; those of 0 are not reported, as of any provider."""
    provider, _ = IntentProvider.objects.get_or_create(code="panel", name="Panel", lawful_basis="consent")
    named, _ = Topic.objects.get_or_create(name=topic)
    if cluster:
        named.cluster, _ = TopicCluster.objects.get_or_create(code=cluster, name=cluster)
        named.save()
    monday = today - timedelta(days=today.weekday())
    for back, level in enumerate(reversed(levels)):
        if level:
            IntentObservation.objects.create(
                account=account, provider=provider, topic=named, week_on=monday - timedelta(weeks=back), level=level
            )


def block_of(browser: Client, account: Account) -> str:
    return browser.get(reverse("account-why", args=[account.pk]), headers={"HX-Request": "true"}).content.decode()


def test_each_condition_stands_against_its_threshold(account: Account, today: date) -> None:
    """The account of the cast has a fit of 100 and nothing else."""
    rules = {line.verdict.tier.level: line for line in arithmetic_of(account, today).rules}
    told = [(line.name, line.value, line.asked, line.distance, line.is_met) for line in rules[1].conditions]
    assert told == [
        ("fit", "100", "≥ 70", "30 above", True),
        ("intent", "unknown", "≥ 60", "", False),
        ("engagement", "0", "≥ 60", "60 short", False),
        ("expected ACV", "90,000", "≥ 50,000", "40,000 above", True),
    ]
    assert [line.threshold_share for line in rules[1].conditions] == [70, 60, 60, 44.4]
    assert [line.share for line in rules[1].conditions] == [100, 0, 0, 80]


def test_open_are_the_rule_that_decides_and_the_next(account: Account, today: date) -> None:
    found = arithmetic_of(account, today)

    def levels(rules: list[RuleLines]) -> list[int]:
        return [line.verdict.tier.level for line in rules]

    assert levels([line for line in found.rules if line.verdict.is_decisive]) == [3]
    assert levels([line for line in found.rules if line.is_open]) == [2, 3]


@pytest.mark.parametrize(
    ("operator", "value", "words"),
    [
        ("gte", 60, "just at it"),
        ("gte", 59, "1 short"),
        ("gte", 61, "1 above"),
        ("lt", 59, "1 below"),
        ("lt", 61, "1 above"),
        ("lt", 60, "just at it"),
        ("gte", None, ""),
    ],
)
def test_the_distance_is_said_in_words(operator: str, value: int | None, words: str) -> None:
    condition = TierCondition(fact="intent", operator=operator, threshold=Decimal(60))
    assert _condition(ConditionVerdict(condition, value)).distance == words


def test_a_condition_about_words_has_no_bar() -> None:
    condition = TierCondition(fact="industry", operator="in", values=["finance", "retail"])
    line = _condition(ConditionVerdict(condition, "energy"))
    assert (line.share, line.value, line.asked, line.is_met) == (None, "energy", "finance or retail", False)


def test_a_topic_shows_its_weeks_the_latest_apart(as_rep: Client, account: Account, today: date) -> None:
    observed(account, "Robots", [10, 14, 8, 8, 10, 14, 8, 8, 10, 14, 8, 8, 50, 50, 50], today)
    [line] = arithmetic_of(account, today).topics
    assert line.weeks is not None
    assert [bar.is_recent for bar in line.weeks.bars] == [False] * 12 + [True] * 3
    assert all(bar.is_known for bar in line.weeks.bars)
    assert (line.gives, line.how) == ("50", "in full")
    page = block_of(as_rep, account)
    assert page.count('class="weeks-recent"') == 3
    assert page.count('class="weeks-before"') == 12
    assert "Robots, Panel: latest weeks 50, 50, 50; the weeks before 10 on average; it surges." in page
    figures = text_of_table(page, "weeks-table")
    assert figures == "Robots 10 14 8 8 10 14 8 8 10 14 8 8 50 50 50"


def text_of_table(page: str, name: str) -> str:
    table = re.search(rf'<table class="[^"]*{name}".*?</table>', page, re.DOTALL)
    assert table is not None
    return re.sub(r"\s+", " ", re.sub(r"<caption.*?</caption>|<[^>]*>", " ", table[0], flags=re.DOTALL)).strip()


def test_a_week_without_any_report_is_a_gap_and_no_zero(account: Account, today: date) -> None:
    observed(account, "Robots", [40, 0, 40, 40], today)
    [line] = arithmetic_of(account, today).topics
    assert line.weeks is not None
    assert [bar.is_known for bar in line.weeks.bars] == [False] * 11 + [True, False, True, True]


def test_clusters_are_summed_in_figures(as_rep: Client, account: Account, today: date) -> None:
    """Of a cluster its strongest topic counts, of the others a tenth; more than three do not."""
    for topic, level, cluster in (
        ("Robots", 80, "automation"),
        ("Cobots", 60, "automation"),
        ("Flour", 40, ""),
        ("Ovens", 20, ""),
        ("Yeast", 10, ""),
    ):
        observed(account, topic, [level] * 15, today, cluster)
    found = arithmetic_of(account, today)
    assert [(line.topic.topic, line.gives, line.how) for line in found.topics] == [
        ("Robots", "40", "in full"),
        ("Cobots", "–", "counts in its cluster"),
        ("Flour", "2.0", "20 ÷ 10"),
        ("Ovens", "1.0", "10 ÷ 10"),
        ("Yeast", "–", "only three count"),
    ]
    assert found.intent_sum == "40 + 2.0 + 1.0 = 43.0, so 43"
    assert "automation · Panel" in block_of(as_rep, account)


def test_one_person_who_makes_most_of_it_is_an_alarm(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    dana, ivo, _ = contacts
    event(account, "demo_request", now, dana)
    event(account, "page_view", now)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", block_of(as_rep, account)))
    assert "Dana Whitfield makes 98% of it , more than 70%" in page
    assert "98% · 60.0 points of 1" in page
    assert "anonymous" in page
    event(account, "meeting", now, ivo)
    page = block_of(as_rep, account)
    assert "more than 70%" not in page
    assert reverse("person-show", args=[ivo.pk]) in page


def test_a_signal_fades(as_rep: Client, account: Account, contacts: list[Contact], now: datetime) -> None:
    event(account, "demo_request", now, contacts[2])
    event(account, "demo_request", now - timedelta(days=45), contacts[2])
    page = block_of(as_rep, account)
    assert '<rect class="bar-fill" width="100%" height="100%" fill-opacity="1.00"/>' in page
    assert '<rect class="bar-fill" width="50%" height="100%" fill-opacity="0.68"/>' in page
    assert "<strong>45.0 points of 2 signals, so 45.</strong>" in page


def test_what_lies_over_the_daily_cap_is_said_to_count_nothing(
    as_rep: Client, account: Account, contacts: list[Contact], now: datetime
) -> None:
    for _ in range(2):
        event(account, "demo_request", now, contacts[2])
    assert "0, over the daily cap" in block_of(as_rep, account)


def test_fit_says_met_missed_and_not_known(as_rep: Client, account: Account, today: date) -> None:
    Account.objects.filter(pk=account.pk).update(employees=10, founded_year=None)
    account.refresh_from_db()
    found = arithmetic_of(account, today)
    fit = found.why.fit
    assert (fit.met_weight, found.missed_weight, found.unknown_weight) == (55, 30, 15)
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", block_of(as_rep, account)))
    assert "100 × 55 ÷ 85, so 65." in page
    assert "55 met · 30 missed · 15 not known, of 100" in page


def test_a_bare_account_says_what_is_unknown(as_marketer: Client, tier1: Tier) -> None:
    bare = Account.objects.create(name="Bare")
    page = block_of(as_marketer, bare)
    assert "intent is unknown, and meets no condition" in page
    assert "engagement is 0" in page
    assert "0 of 100 known: too little." in page


def test_the_page_of_the_arithmetic_says_the_same_without_script(as_rep: Client, account: Account) -> None:
    page = text_of(as_rep.get(reverse("account-why", args=[account.pk])))
    assert "Just right" in page
    assert "60 short" in page
