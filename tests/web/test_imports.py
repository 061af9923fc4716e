"""The pages of a file: choose, look, confirm, see what became of each row, settle what is left."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.imports.kinds import GROUPS, INTAKES
from abmhub.imports.models import ImportRun
from abmhub.pipeline.models import Opportunity, Product
from tests.imports.conftest import uploaded
from tests.web.query_counts import QueryCount

ACCOUNTS = "account,revenue,employees\nDelta,1100.04,2822\nZeta,=1+1,495\n"
DEALS = "opportunity_id,account,product,deal_stage\n" + "".join(f"D{number},,GTXPro,Won\n" for number in range(3))
Status = ImportRun.Status


def path(name: str, run: ImportRun) -> str:
    return reverse(f"import-{name}", args=[run.pk])


def send(browser: Client, text: str | bytes, kind: str = "accounts") -> Any:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("file.csv", content, "text/csv")
    return browser.post(reverse("import-new"), {"kind": kind, "source": "CRM", "file": file})


def columns_of(run: ImportRun, **changes: str) -> dict[str, str]:
    """What the form of a draft sends when nobody changed anything but these columns."""
    meant = {column: name for name, column in run.mapping["columns"].items()}
    data = {f"column_{position}": meant.get(column, "") for position, column in enumerate(run.columns)}
    return {"encoding": "utf-8", "delimiter": ",", "revenue_unit": run.mapping["revenue_unit"]} | data | changes


def taken_in(kind: str, text: str, at: datetime) -> ImportRun:
    return actions.apply(run=actions.confirm(run=uploaded(kind, text, at), at=at), at=at)


class TestBeginning:
    def test_before_the_first_file_the_page_teaches_the_order(self, as_marketing_manager: Client) -> None:
        text = as_marketing_manager.get(reverse("import-list")).text
        order = [text.index(f"?kind={kind}") for _, kinds in GROUPS for kind in kinds]
        assert (order, len(order)) == (sorted(order), len(INTAKES))

    @pytest.mark.parametrize("kind", ["products", "users", "accounts", "opportunities"])
    def test_a_sample_can_be_imported_as_it_is(self, as_admin: Client, kind: str, now: datetime) -> None:
        sample = as_admin.get(reverse("import-sample"), {"kind": kind})
        content = b"".join(sample.streaming_content)  # type: ignore[attr-defined]
        run = actions.confirm(run=uploaded(kind, content, now), at=now)
        assert actions.apply(run=run, at=now).created == 3

    def test_a_sample_of_nothing_is_not_found(self, as_admin: Client) -> None:
        assert as_admin.get(reverse("import-sample"), {"kind": "shoes"}).status_code == 404

    def test_a_file_becomes_a_draft(self, as_marketing_manager: Client, marketing_manager: object) -> None:
        answer = send(as_marketing_manager, ACCOUNTS)
        run = ImportRun.objects.get()
        assert answer["Location"] == path("show", run)
        assert (run.status, run.by, run.source) == (Status.DRAFT, marketing_manager, "CRM")
        assert not Account.objects.exists()

    @pytest.mark.parametrize(
        ("text", "sentence"), [(b"PK\x03\x04", "The file is damaged"), (b" ", "The file is empty")]
    )
    def test_what_is_no_table_is_refused_beside_the_field(self, as_admin: Client, text: bytes, sentence: str) -> None:
        answer = send(as_admin, text)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


class TestDraft:
    def test_it_shows_columns_samples_and_the_guess(self, as_admin: Client, draft: ImportRun) -> None:
        form = as_admin.get(path("show", draft)).context["form"]
        shown = [(field.label, field.value(), facts.samples) for field, facts in form.columns()]
        assert shown[:2] == [("account", "name", ("Delta", "Zeta")), ("revenue", "annual_revenue", ("1100.04", "=1+1"))]
        assert form["revenue_unit"].value() == "millions"
        assert "a head" in form["revenue_unit"].help_text

    def test_what_would_happen_is_counted_and_nothing_comes_in(self, as_admin: Client, draft: ImportRun) -> None:
        answer = as_admin.get(path("preview", draft))
        assert (answer.context["figures"].created, answer.context["figures"].rejected) == (1, 1)
        assert not Account.objects.exists()

    def test_the_count_fits_into_the_page_and_stands_alone(self, as_admin: Client, draft: ImportRun) -> None:
        part = as_admin.get(path("preview", draft), headers={"HX-Request": "true"}).text
        assert "<html" not in part
        assert "<html" in as_admin.get(path("preview", draft)).text

    def test_confirming_hands_it_to_a_worker(self, as_admin: Client, draft: ImportRun) -> None:
        answer = as_admin.post(path("confirm", draft), columns_of(draft, revenue_unit="thousands"))
        run = ImportRun.objects.get()
        assert answer["Location"] == path("show", draft)
        assert (run.status, run.mapping["revenue_unit"]) == (Status.WAITING, "thousands")

    def test_checking_keeps_it_a_draft(self, as_admin: Client, draft: ImportRun) -> None:
        as_admin.post(path("confirm", draft), columns_of(draft, column_2="", check="1"))
        run = ImportRun.objects.get()
        assert run.status == Status.DRAFT
        assert "employees" not in run.mapping["columns"]

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [({"column_0": ""}, "Say which column is “Account”"), ({"column_1": "name"}, "“account” is that already")],
    )
    def test_a_mapping_that_makes_no_sense_is_explained(
        self, as_admin: Client, draft: ImportRun, changes: dict[str, str], sentence: str
    ) -> None:
        answer = as_admin.post(path("confirm", draft), columns_of(draft, **changes))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert ImportRun.objects.get().status == Status.DRAFT

    def test_another_delimiter_reads_the_file_anew(self, as_admin: Client, draft: ImportRun) -> None:
        as_admin.post(path("confirm", draft), columns_of(draft, delimiter=";"))
        run = ImportRun.objects.get()
        assert (run.status, run.columns) == (Status.DRAFT, ["account,revenue,employees"])

    def test_dates_of_two_meanings_are_asked(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("opportunities", "id,stage,close date\n1,Won,10/11/2016\n", now)
        data = columns_of(run)
        assert as_admin.post(path("confirm", run), data).status_code == 422
        assert as_admin.post(path("confirm", run), data | {"date_order": "day_first"}).status_code == 302
        assert ImportRun.objects.get().mapping["date_order"] == "day_first"

    def test_it_can_be_forgotten(self, as_admin: Client, draft: ImportRun) -> None:
        assert as_admin.post(path("discard", draft))["Location"] == reverse("import-list")
        assert not ImportRun.objects.exists()


class TestOnItsWay:
    @pytest.fixture
    def waiting(self, draft: ImportRun) -> ImportRun:
        return actions.confirm(run=draft, at=timezone.now())

    def test_the_page_asks_again_until_it_is_over(self, as_admin: Client, waiting: ImportRun, now: datetime) -> None:
        part = as_admin.get(path("show", waiting), headers={"HX-Request": "true"})
        assert 'hx-trigger="every 2s"' in part.text
        actions.apply(run=waiting, at=now)
        part = as_admin.get(path("show", waiting), headers={"HX-Request": "true"})
        assert part["HX-Refresh"] == "true"

    def test_a_worker_that_does_not_come_is_told_and_replaced(self, as_admin: Client, waiting: ImportRun) -> None:
        assert "No worker" not in as_admin.get(path("show", waiting)).text
        ImportRun.objects.update(confirmed_at=timezone.now() - timedelta(minutes=1))
        assert "No worker has taken it up yet" in as_admin.get(path("show", waiting)).text
        as_admin.post(path("apply", waiting))
        assert ImportRun.objects.get().status == Status.DONE

    def test_applying_twice_says_so(self, as_admin: Client, waiting: ImportRun) -> None:
        as_admin.post(path("apply", waiting))
        answer = as_admin.post(path("apply", waiting), follow=True)
        assert "has been taken in already" in answer.text

    def test_what_is_confirmed_cannot_be_forgotten(self, as_admin: Client, waiting: ImportRun) -> None:
        as_admin.post(path("discard", waiting))
        assert ImportRun.objects.get().status == Status.WAITING


class TestResult:
    def test_figures_remarks_and_the_next_file(self, as_admin: Client, now: datetime) -> None:
        run = taken_in("accounts", ACCOUNTS, now)
        answer = as_admin.get(path("show", run))
        assert [remark.row_number for remark in answer.context["page"].rows] == [2]
        assert answer.context["next_kind"].kind == "contacts"
        assert "“=1+1” is not a number" in answer.text

    def test_rejected_rows_come_back_as_a_file_that_no_spreadsheet_runs(self, as_admin: Client, now: datetime) -> None:
        run = taken_in("accounts", ACCOUNTS, now)
        answer = as_admin.get(path("rows", run))
        content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
        assert list(csv.reader(io.StringIO(content))) == [
            ["account", "revenue", "employees", "import row", "import reason"],
            ["Zeta", "'=1+1", "495", "2", "Annual revenue: “=1+1” is not a number."],
        ]

    def test_a_mended_file_of_rejected_rows_comes_in(self, as_admin: Client, now: datetime) -> None:
        run = taken_in("accounts", ACCOUNTS + "Eta\n", now)
        content = b"".join(as_admin.get(path("rows", run)).streaming_content).decode()  # type: ignore[attr-defined]
        assert taken_in("accounts", content.replace("'=1+1", "12"), now).created == 2

    def test_what_a_spreadsheet_must_not_run_comes_back_as_it_was(self, as_admin: Client, now: datetime) -> None:
        run = taken_in("accounts", "account,city,employees\n+Plus,-Bonn,many\n", now)
        content = b"".join(as_admin.get(path("rows", run)).streaming_content).decode()  # type: ignore[attr-defined]
        assert "'+Plus,'-Bonn" in content
        assert taken_in("accounts", content.replace("many", "12"), now).created == 1
        assert list(Account.objects.values_list("name", "headquarters")) == [("+Plus", "-Bonn")]

    def test_remarks_are_shown_by_outcome(self, as_admin: Client, now: datetime) -> None:
        run = taken_in("products", "product,sales_price\nA,1\nA,1\nB,x\n", now)
        labels = [(label, count) for label, count, _, _ in as_admin.get(path("show", run)).context["tabs"]]
        assert labels == [("Rejected", 1), ("Skipped", 1)]
        shown = as_admin.get(path("show", run), {"outcome": "skipped"}).context["page"].rows
        assert [remark.reason for remark in shown] == ["Says the same as row 1."]

    def test_a_refused_file_says_why(self, as_admin: Client, draft: ImportRun) -> None:
        ImportRun.objects.update(status=Status.REFUSED, refusal="The file is too long: cut it.")
        assert "The file is too long: cut it." in as_admin.get(path("show", draft)).text

    def test_a_doubtful_word_is_settled_from_the_page(self, as_admin: Client, now: datetime) -> None:
        run = taken_in("accounts", "account,sector\nDelta,technolgy\nZeta,technolgy\n", now)
        (doubt,) = as_admin.get(path("show", run)).context["doubts"]
        assert (doubt["value"], doubt["suggestion"], doubt["rows"]) == ("technolgy", "technology", 2)
        data = {
            "source": "CRM",
            "field": "industry",
            "value": "technolgy",
            "meaning": "technology",
            "next": path("show", run),
        }
        answer = as_admin.post(reverse("unsettled-settle"), data, follow=True)
        assert answer.context["doubts"] == []
        assert set(Account.objects.values_list("industry", flat=True)) == {"technology"}


class TestUnsettled:
    @pytest.fixture
    def deals(self, account: Account, now: datetime) -> ImportRun:
        Product.objects.create(name="GTX Pro")
        return taken_in("opportunities", DEALS, now)

    def settle(self, browser: Client, **data: object) -> str:
        return browser.post(reverse("unsettled-settle"), data, follow=True).text

    def test_names_are_listed_with_count_and_suggestion(self, as_admin: Client, deals: ImportRun) -> None:
        answer = as_admin.get(reverse("unsettled-list"))
        assert answer.context["products"] == [{"source": "CRM", "value": "GTXPro", "rows": 3, "suggestion": "GTX Pro"}]
        assert (answer.context["count"], len(answer.context["page"].rows)) == ("3", 3)

    def test_all_of_a_name_are_settled_with_one_click(self, as_admin: Client, deals: ImportRun) -> None:
        text = self.settle(as_admin, source="CRM", field="product", value="GTXPro", meaning="GTX Pro")
        assert "3 rows are settled: GTX Pro." in text
        assert not Opportunity.objects.with_unknown_product().exists()

    def test_the_ticked_ones_are_settled(self, as_admin: Client, deals: ImportRun, account: Account) -> None:
        ticked = list(Opportunity.objects.order_by("pk").values_list("pk", flat=True)[:2])
        text = self.settle(as_admin, field="account", deal=ticked, meaning="acme.example")
        assert "2 rows are settled" in text
        assert set(account.opportunities.values_list("pk", flat=True)) == set(ticked)

    def test_what_is_no_deal_settles_none(self, as_admin: Client, deals: ImportRun, account: Account) -> None:
        for nonsense in ("x", "²", "9" * 30):
            text = self.settle(as_admin, field="account", deal=[nonsense], meaning="acme.example")
            assert "Say what it means" in text
        assert not account.opportunities.exists()

    def test_one_name_shows_its_deals(self, as_admin: Client, deals: ImportRun) -> None:
        answer = as_admin.get(reverse("unsettled-list"), {"field": "product", "value": "GTXPro"})
        assert [deal.external_id for deal in answer.context["page"].rows] == ["D0", "D1", "D2"]

    def test_an_unknown_meaning_is_refused_with_the_one_it_may_be(self, as_admin: Client, deals: ImportRun) -> None:
        text = self.settle(as_admin, source="CRM", field="product", value="GTXPro", meaning="GTX Por")
        assert "Did you mean GTX Pro?" in text
        assert Opportunity.objects.with_unknown_product().count() == 3

    def test_when_all_is_settled_the_page_says_so(self, as_admin: Client, db: None) -> None:
        assert "Nothing to settle" in as_admin.get(reverse("unsettled-list")).text


class TestQueries:
    def test_no_page_asks_more_for_more_rows(
        self, as_admin: Client, account: Account, now: datetime, query_count: QueryCount
    ) -> None:
        Product.objects.create(name="GTX Pro")
        run = taken_in("opportunities", DEALS, now)
        for more in range(2):
            with query_count("import-list"):
                as_admin.get(reverse("import-list"))
            with query_count("import-show"):
                as_admin.get(path("show", run))
            with query_count("unsettled-list"):
                as_admin.get(reverse("unsettled-list"))
            if not more:
                rows = "".join(f"E{number},No{number},GTX{number},Won\n" for number in range(120))
                run = taken_in("opportunities", DEALS + rows, now)

    def test_a_draft_asks_no_more_for_more_rows(self, as_admin: Client, now: datetime, query_count: QueryCount) -> None:
        for rows in (3, 300):
            run = uploaded("accounts", "account\n" + "".join(f"Company {number}\n" for number in range(rows)), now)
            with query_count("import-draft"):
                as_admin.get(path("show", run))


@pytest.mark.parametrize("person", ["as_rep", "as_sales_manager", "as_marketer", "as_analyst"])
def test_the_pages_are_closed_to_others(person: str, draft: ImportRun, request: pytest.FixtureRequest) -> None:
    browser = request.getfixturevalue(person)
    for name in ("import-list", "import-new", "import-sample", "unsettled-list"):
        assert browser.get(reverse(name)).status_code == 403
    for name in ("show", "preview", "rows"):
        assert browser.get(path(name, draft)).status_code == 403
    for name in ("confirm", "apply", "discard"):
        assert browser.post(path(name, draft), columns_of(draft)).status_code == 403
    assert browser.post(reverse("unsettled-settle"), {"field": "product", "meaning": "x"}).status_code == 403
    assert ImportRun.objects.get().status == Status.DRAFT
