"""The monthly report: it says what nights froze, and for a locked month the same for ever."""

import io
from datetime import UTC, date, datetime
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from abmhub.accounts.models import Account, Tier, TierChange
from abmhub.metrics.actions import confirm, lock_month, propose, snapshot
from abmhub.metrics.definitions import Metric
from abmhub.metrics.models import LockedMetric, MetricNote, Target
from abmhub.metrics.paper import printed
from abmhub.metrics.report import Line, NothingToReport, Report, report_of
from abmhub.metrics.words import written
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User
from tests.metrics.conftest import Company

pytestmark = pytest.mark.django_db
FEBRUARY, LAST = date(2026, 2, 1), date(2026, 2, 28)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def text_of(report: Report) -> str:
    reader = PdfReader(io.BytesIO(printed(report, at=AT)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def line_of(report: Report, metric: Metric) -> Line:
    return next(each for each in report.lines if each.month.metric == metric)


def close(number: int, kind: str, on: date) -> None:
    stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
    Opportunity.objects.bulk_create(
        Opportunity(
            stage=stage, amount=50_000, closed_on=on, engaged_on=on, source="test", external_id=f"{kind} {on} {each}"
        )
        for each in range(number)
    )


def test_the_paper_says_what_the_nights_froze(db: None) -> None:
    close(1, "won", date(2026, 1, 20))
    close(1, "lost", date(2026, 1, 20))
    close(3, "won", date(2026, 2, 10))
    close(9, "lost", date(2026, 2, 10))
    Target.objects.create(
        metric="win_rate", window="year", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), value="0.4"
    )
    snapshot(on=date(2026, 1, 31))
    snapshot(on=LAST)
    report = report_of(FEBRUARY, sees_spend=True)
    line = line_of(report, Metric.WIN_RATE)
    assert (line.value, line.before, line.of_year, line.target) == ("25.0%", "50.0%", "28.6%", "40.0%, not yet")
    paper = text_of(report)
    for expected in (
        "February 2026",
        "Not locked: late data may still change it.",
        "Win rate 25.0% 50.0% 28.6% 40.0%, not yet",
        "Won of decided deals: won ÷ (won + lost)",
    ):
        assert expected in paper, expected


def test_the_report_of_a_locked_month_says_what_was_locked_whatever_comes_later(
    company: Company, marketing_manager: User, sales_manager: User
) -> None:
    company(12)
    snapshot(on=LAST)
    lock_month(month=FEBRUARY, today=AT.date(), by=marketing_manager, at=AT)
    locked = dict(LockedMetric.objects.values_list("metric", "value"))
    before = report_of(FEBRUARY, sees_spend=True)
    assert before.standing == "Locked by Greta Vogt: these figures stay."
    for line in before.lines:
        assert line.value.removesuffix(" a day") == written(locked[line.month.metric], line.month.ours.definition.unit)

    choice = propose(metric=Metric.WIN_RATE, code="interactions", reason="So.", by=marketing_manager, at=AT)
    confirm(choice=choice, by=sales_manager, at=AT)
    close(40, "won", date(2026, 2, 3))
    snapshot(on=LAST)
    assert text_of(report_of(FEBRUARY, sees_spend=True)) == text_of(before)


def test_a_month_that_no_night_knows_has_no_report(company: Company) -> None:
    company(1)
    snapshot(on=date(2026, 1, 31))
    with pytest.raises(NothingToReport, match="February 2026"):
        report_of(FEBRUARY, sees_spend=True)


def test_who_may_not_know_what_is_spent_reads_no_metric_made_of_it(company: Company) -> None:
    company(1)
    snapshot(on=LAST)
    shown = {each.month.metric for each in report_of(FEBRUARY, sees_spend=False).lines}
    assert set(Metric) - shown == {Metric.CAC, Metric.CLV}


def test_it_says_what_changed_in_the_month_and_no_other(
    company: Company, account: Account, marketing_manager: User, sales_manager: User
) -> None:
    company(1)
    for day, before, after in ((3, 2, 1), (9, None, 3), (12, 1, 2)):
        TierChange.objects.create(
            account=account,
            changed_on=date(2026, 2, day),
            from_tier=Tier.objects.filter(level=before).first() if before else None,
            to_tier=Tier.objects.get(level=after),
            policy_version=1,
        )
    TierChange.objects.create(
        account=account,
        changed_on=date(2026, 3, 1),
        from_tier=None,
        to_tier=Tier.objects.get(level=1),
        policy_version=1,
    )
    at = datetime(2026, 2, 12, 9, tzinfo=UTC)
    choice = propose(metric=Metric.WIN_RATE, code="interactions", reason="So.", by=marketing_manager, at=at)
    confirm(choice=choice, by=sales_manager, at=at)
    MetricNote.objects.create(on=date(2026, 2, 3), about="Podcast", text="Two quoted it.", by=marketing_manager)
    MetricNote.objects.create(on=date(2026, 3, 3), about="Later", text="Not yet.", by=marketing_manager)
    snapshot(on=LAST)
    paper = text_of(report_of(FEBRUARY, sees_spend=True))
    assert "2 accounts rose in tier, 1 fell." in paper
    assert "Win rate means “Conversions of interactions” from 12 February on, signed by Greta Vogt and" in paper
    assert "Podcast: Two quoted it." in paper
    assert "Later" not in paper


def test_signs_that_the_typeface_does_not_hold_stop_nothing(company: Company, marketing_manager: User) -> None:
    MetricNote.objects.create(on=LAST, about="Αθήνα, Москва", text="展会 went well.", by=marketing_manager)
    snapshot(on=LAST)
    close(1, "won", LAST)
    snapshot(on=LAST)
    assert "Αθήνα, Москва: ?? went well." in text_of(report_of(FEBRUARY, sees_spend=True))


@pytest.mark.parametrize(
    "name",
    ["שרה לוי", "محمد علي", "Nguyễn Văn Bảo", "Ελλάς", "Газпром", "Re\u0301mi\u200e"],
    ids=["hebrew", "arabic", "vietnamese", "greek", "cyrillic", "composed"],
)
def test_names_in_other_scripts_stand_on_paper(company: Company, marketing_manager: User, name: str) -> None:
    company(1)
    snapshot(on=LAST)
    MetricNote.objects.create(on=LAST, about=name, text="Went well.", by=marketing_manager)
    paper = text_of(report_of(FEBRUARY, sees_spend=True))
    assert "?" not in paper
    # A reader of PDFs may hand out letters that run to the left in either order.
    assert set(normalize("NFC", name)) - {"\u200e"} <= set(normalize("NFKC", paper))
