"""The metrics page: tiles, their rivals, their rows, and who agrees on what they mean."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook
from pypdf import PdfReader

from abmhub.accounts.models import Account
from abmhub.campaigns.models import Campaign, Channel, Spend, Touch
from abmhub.committee.models import Contact
from abmhub.metrics.actions import confirm, lock_month, propose, snapshot
from abmhub.metrics.choosing import in_force
from abmhub.metrics.definitions import Metric
from abmhub.metrics.models import ActivityGoal, Choice, Entry, MetricNote, Target
from abmhub.metrics.spans import Window
from abmhub.orders.models import OrderLine
from abmhub.pipeline.models import Opportunity, Stage
from abmhub.users.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE = reverse("metric-list")
QueryCount = Callable[[str], AbstractContextManager[None]]


def words(response: object) -> str:
    return " ".join(strip_tags(response.content.decode()).split())  # type: ignore[attr-defined]


def deals(account: Account, today: date, *, won: int = 3, lost: int = 6, amount: int = 60_000) -> None:
    for kind, number in (("won", won), ("lost", lost)):
        stage = Stage.objects.filter(kind=kind).order_by("pk")[0]
        Opportunity.objects.bulk_create(
            Opportunity(
                account=account,
                name=f"{kind} {each}",
                stage=stage,
                amount=Decimal(amount),
                engaged_on=today - timedelta(days=90),
                closed_on=today,
                source="test",
                external_id=f"{account.pk} {kind} {each}",
            )
            for each in range(number)
        )


def spent(today: date) -> None:
    channel = Channel.objects.get(code="ads")
    campaign = Campaign.objects.create(name="Ads", motion="abm", channel=channel, started_on=today)
    Spend.objects.create(campaign=campaign, spent_on=today, amount=135_000)


def test_before_the_first_night_it_says_what_will_come(as_rep: Client) -> None:
    assert "No night has found anything to count" in words(as_rep.get(PAGE))


def test_a_tile_has_our_value_its_figures_and_its_rivals(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, today)
    snapshot(on=today)
    page = words(as_analyst.get(PAGE))
    for expected in ("33.3%", "Won deals 3", "Lost deals 6", "Conversions of interactions", "Mean won deal $60k"):
        assert expected in page, expected


def test_what_is_not_known_is_said_and_never_nought(as_analyst: Client, account: Account, today: date) -> None:
    Account.objects.update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    snapshot(on=today)
    page = words(as_analyst.get(PAGE))
    assert "Not known yet: ACV of contracts in force, gross margin, lifespan of a customer." in page
    assert "Not known yet: won deals, lost deals." in page
    assert "Not known yet: salaries of sales and marketing, new customers." in page


def test_a_target_says_whether_it_is_reached(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, today)
    snapshot(on=today)
    target = Target.objects.create(
        metric=Metric.WIN_RATE, starts_on=today, ends_on=today + timedelta(days=60), value=Decimal("0.4")
    )
    assert "Target 40.0% by 3 May 2026 Not yet" in words(as_analyst.get(PAGE))
    target.value = Decimal("0.3")
    target.save()
    assert "Target 30.0% by 3 May 2026 Reached" in words(as_analyst.get(PAGE))


def test_reps_see_no_metric_that_is_made_of_spend(as_rep: Client, as_analyst: Client, today: date) -> None:
    spent(today)
    snapshot(on=today)
    assert "Customer acquisition cost" in words(as_analyst.get(PAGE))
    assert "Customer acquisition cost" not in words(as_rep.get(PAGE))
    assert as_rep.get(reverse("metric-rows", args=["campaign_spend"])).status_code == 403
    assert "$135,000 in all" in words(as_analyst.get(reverse("metric-rows", args=["campaign_spend"])))


def test_the_rows_sum_to_what_the_night_reported(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, today)
    snapshot(on=today)
    page = words(as_analyst.get(reverse("metric-rows", args=["won_amount"])))
    assert "3 deals $180,000 in all As reported that night" in page
    Opportunity.objects.filter(name="won 0").delete()
    assert "That night reported $180,000." in words(as_analyst.get(reverse("metric-rows", args=["won_amount"])))


def test_very_many_rows_are_counted_anew_only_when_asked_for(
    as_analyst: Client, as_rep: Client, account: Account, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    deals(account, today)
    snapshot(on=today)
    Opportunity.objects.filter(name="won 0").delete()
    monkeypatch.setattr("abmhub.web.long_list.FEW", 0)
    path = reverse("metric-rows", args=["won_amount"])
    page = words(as_analyst.get(path))
    assert "3 deals $180,000 in all As reported that night Count them anew" in page
    counted = words(as_analyst.get(path, {"count": "now"}))
    assert "2 deals $120,000 in all" in counted
    assert "That night reported $180,000." in counted
    assert "The whole company has $180,000 Count yours" in words(as_rep.get(path))
    assert "2 deals $120,000 in all of $180,000 of the whole company" in words(as_rep.get(path, {"count": "now"}))


def test_a_rep_opens_the_rows_of_own_accounts_alone(
    as_rep: Client, account: Account, other_account: Account, today: date
) -> None:
    deals(account, today, won=2)
    deals(other_account, today, won=5)
    snapshot(on=today)
    page = words(as_rep.get(reverse("metric-rows", args=["won"])))
    assert "those of your accounts alone" in page
    assert "2 deals of 7 of the whole company" in page
    assert other_account.name not in page


def test_a_slice_has_its_own_tiles_and_rows(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, today)
    snapshot(on=today)
    page = words(as_analyst.get(PAGE, {"by": "tier", "key": "1"}))
    assert "Metrics: Tier 1" in page
    assert "Customer acquisition cost" not in page
    rows = as_analyst.get(reverse("metric-rows", args=["won"]), {"by": "tier", "key": "1"})
    assert "As reported that night" in words(rows)
    assert as_analyst.get(reverse("metric-rows", args=["accounts"]), {"by": "motion", "key": "abm"}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [{"window": "decade"}, {"by": "shoe size"}, {"on": "never"}, {"key": "\0", "by": "tier"}],
    ids=["window", "cut", "day", "key"],
)
def test_nonsense_in_the_address_is_not_found(as_analyst: Client, query: dict[str, str], today: date) -> None:
    snapshot(on=today)
    assert as_analyst.get(PAGE, query).status_code == 404


def test_a_tier_that_is_no_number_finds_nothing(as_analyst: Client, today: date) -> None:
    snapshot(on=today)
    answer = as_analyst.get(reverse("metric-rows", args=["accounts"]), {"by": "tier", "key": "nonsense"})
    assert answer.status_code == 404


def test_rows_can_be_taken_along(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, today)
    snapshot(on=today)
    answer = as_analyst.get(reverse("metric-rows", args=["won_amount"]), {"as": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[0] == ["What", "About", "Account", "Day", "USD"]
    assert sum(Decimal(line[4]) for line in lines[1:]) == 180_000


def test_rows_can_be_taken_along_as_a_workbook(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, today)
    snapshot(on=today)
    answer = as_analyst.get(reverse("metric-rows", args=["won_amount"]), {"as": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    assert sum(row[4] for row in sheet.iter_rows(min_row=2, values_only=True)) == 180_000


def test_a_trend_is_a_picture_and_a_table_to_take_along(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, date(2026, 2, 10))
    Target.objects.create(
        metric="win_rate", starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), value="0.4", source="Plan"
    )
    snapshot(on=date(2026, 2, 28))
    assert as_analyst.get(reverse("metric-trend", args=["win_rate", "svg"])).status_code == 404
    Opportunity.objects.filter(name="won 0").delete()
    snapshot(on=today)
    picture = as_analyst.get(reverse("metric-trend", args=["win_rate", "svg"]))
    assert "Win rate: 33.3% in February 2026, 25.0% on 4 March 2026" in picture.content.decode()
    assert "Target 40.0% by 31 Dec 2026" in picture.content.decode()
    drawn = as_analyst.get(reverse("metric-trend", args=["win_rate", "png"]))
    assert drawn.content.startswith(b"\x89PNG")
    table = b"".join(as_analyst.get(reverse("metric-trend", args=["win_rate", "csv"])))
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["2026-02-28", "2026-03-04"]
    assert "28 February 2026 33.3%" in words(as_analyst.get(reverse("metric-show", args=["win_rate"])))


def test_two_people_sign_on_the_page(
    as_marketing_manager: Client, as_sales_manager: Client, account: Account, today: date
) -> None:
    deals(account, today)
    snapshot(on=today)
    page = reverse("metric-show", args=["win_rate"])
    wish = {"definition": "interactions", "reason": "The board asked for it."}
    assert as_marketing_manager.post(page, wish).status_code == 302
    choice = Choice.objects.get()
    mine = words(as_marketing_manager.get(page))
    assert "waits for a second signature" in mine
    assert "You proposed it" in mine
    assert "Sign as the second" not in mine
    other = words(as_sales_manager.get(page))
    assert "March 2026 33.3%" in other
    assert "Sign as the second" in other
    assert as_marketing_manager.post(reverse("metric-confirm", args=[choice.pk])).status_code == 403
    as_sales_manager.post(reverse("metric-confirm", args=[choice.pk]))
    assert in_force()[Metric.WIN_RATE].code == "interactions"


def test_it_says_which_months_a_new_definition_leaves_alone(
    as_sales_manager: Client, marketing_manager: User, account: Account, now: datetime
) -> None:
    deals(account, date(2026, 2, 10))
    snapshot(on=date(2026, 2, 28))
    snapshot(on=now.date())
    lock_month(month=date(2026, 2, 1), today=now.date(), by=marketing_manager, at=now)
    propose(metric=Metric.WIN_RATE, code="interactions", reason="So.", by=marketing_manager, at=now)
    assert "February 2026 33.3% – Locked: stays" in words(
        as_sales_manager.get(reverse("metric-show", args=["win_rate"]))
    )


def test_a_month_is_locked_on_its_page(as_marketing_manager: Client, account: Account, now: datetime) -> None:
    deals(account, date(2026, 2, 10))
    snapshot(on=date(2026, 2, 28))
    snapshot(on=now.date())
    page = reverse("metric-months")
    assert "March 2026 4 Mar 2026 Still runs" in words(as_marketing_manager.get(page))
    as_marketing_manager.post(page, {"month": "2026-02-01"})
    assert "Locked by Greta Vogt" in words(as_marketing_manager.get(page))
    shown = words(as_marketing_manager.get(PAGE, {"on": "2026-02-28", "window": "month"}))
    assert "Locked" in shown


def test_the_report_of_a_month_is_printed_from_its_page(as_analyst: Client, account: Account, today: date) -> None:
    deals(account, date(2026, 2, 10))
    snapshot(on=date(2026, 2, 28))
    path = reverse("metric-report", args=[2026, 2])
    assert path in as_analyst.get(reverse("metric-months")).content.decode()
    answer = as_analyst.get(path)
    assert answer["Content-Type"] == "application/pdf"
    assert "Win rate 33.3%" in " ".join(PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().split())
    for month in ([2026, 3], [2026, 13], [99999, 1], [1, 1]):
        assert as_analyst.get(reverse("metric-report", args=month)).status_code == 404


def test_a_signed_definition_is_the_large_one(
    as_analyst: Client, marketing_manager: User, sales_manager: User, account: Account, now: datetime
) -> None:
    deals(account, now.date())
    snapshot(on=now.date())
    choice = propose(metric=Metric.WIN_RATE, code="interactions", reason="So.", by=marketing_manager, at=now)
    confirm(choice=choice, by=sales_manager, at=now)
    page = words(as_analyst.get(PAGE))
    assert "Won of decided deals 33.3%" in page


def test_the_three_rs_stand_beside_the_metrics(
    as_analyst: Client, marketing_manager: User, account: Account, today: date
) -> None:
    Contact.objects.create(account=account, name="Ines Roth", stance="champion")
    Account.objects.update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    Contact.objects.update(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    for year, value in ((2025, "0.4"), (2026, "0.5")):
        Entry.objects.create(
            kind="survey", month_on=date(year, 2, 1), value=value, basis="surveyed", source="Customer survey"
        )
    ActivityGoal.objects.create(figure="touches", a_month=10)
    MetricNote.objects.create(on=today, about="Podcast", text="Two quoted it.", by=marketing_manager)
    snapshot(on=today)
    page = words(as_analyst.get(PAGE))
    for expected in (
        "Champions 1 people who speak for us",
        "Survey: would recommend us 50.0%: the rows Feb 2026, a year before 40.0% Surveyed Customer survey",
        "Touches 0 0% of 120",
        "Podcast: Two quoted it. Greta Vogt",
    ):
        assert expected in page, expected
    rows = words(as_analyst.get(reverse("metric-rows", args=["champions"])))
    assert "Ines Roth" in rows


def test_a_stranger_sees_nobody_of_other_accounts(
    as_other_rep: Client, as_rep: Client, account: Account, today: date
) -> None:
    Contact.objects.create(account=account, name="Ines Roth", stance="champion")
    page = reverse("metric-rows", args=["champions"])
    on = {"on": "2027-01-01"}
    assert "Ines Roth" in words(as_rep.get(page, on))
    assert "Ines Roth" not in words(as_other_rep.get(page, on))


def test_a_note_is_written_beside_the_numbers(as_marketer: Client, marketer: User, today: date) -> None:
    page = reverse("metric-notes")
    assert as_marketer.post(page, {"about": "", "text": ""}).status_code == 200
    as_marketer.post(page, {"about": "Word of mouth", "text": "The user group."})
    note = MetricNote.objects.get()
    assert (note.on, note.by, note.about) == (today, marketer, "Word of mouth")


def test_the_scorecard_says_its_rule(as_rep: Client, as_analyst: Client, line: OrderLine, today: date) -> None:
    assert "Nothing was ordered yet" in words(as_analyst.get(reverse("metric-tactics")))
    snapshot(on=today)
    page = words(as_analyst.get(reverse("metric-tactics")))
    assert f"{line.tactic} " in page
    assert "Not enough yet" in page
    assert "Retire: the whole interval lies below nothing." in page
    assert "Cost each" in page
    assert "Cost each" not in words(as_rep.get(reverse("metric-tactics")))


def test_every_model_of_attribution_sums_to_the_won_money(as_rep: Client, account: Account, today: date) -> None:
    assert "No won money to share" in words(as_rep.get(reverse("metric-attribution")))
    deals(account, today, won=1, lost=0, amount=100)
    for code, back in (("email", 9), ("ads", 5), ("event", 2)):
        Touch.objects.create(
            account=account,
            channel=Channel.objects.get(code=code),
            occurred_at=datetime(2026, 3, 4, 9, tzinfo=UTC) - timedelta(days=back),
            source="marketing",
            external_id=code,
        )
    snapshot(on=today)
    page = words(as_rep.get(reverse("metric-attribution")))
    assert "Email $100 $0 $33.34 $40" in page
    assert "Won money $100 $100 $100 $100" in page


def test_the_page_asks_as_much_whatever_it_shows(
    as_analyst: Client, account: Account, today: date, query_count: QueryCount
) -> None:
    deals(account, today, won=1, lost=0)
    snapshot(on=today)
    with query_count("metric-list"):
        as_analyst.get(PAGE)
    Opportunity.objects.all().delete()
    deals(account, today, won=30, lost=60)
    for month in (today.replace(day=1), date(2026, 1, 1)):
        Entry.objects.create(kind="salaries", month_on=month, value=1_000, source="books")
    for day in Window.YEAR.marks(today):
        snapshot(on=day)
    with query_count("metric-list"):
        as_analyst.get(PAGE)


def test_the_rows_ask_as_much_however_many_there_are(
    as_analyst: Client, account: Account, today: date, query_count: QueryCount
) -> None:
    deals(account, today, won=2)
    snapshot(on=today)
    with query_count("metric-rows"):
        as_analyst.get(reverse("metric-rows", args=["won_amount"]))
    Opportunity.objects.all().delete()
    deals(account, today, won=150)
    with query_count("metric-rows"):
        as_analyst.get(reverse("metric-rows", args=["won_amount"]))
