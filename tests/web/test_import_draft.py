"""The page on which a person says how a file is read."""

import gzip
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from abmhub.imports import actions
from abmhub.imports.models import ImportRun, SavedMapping, Settlement
from tests.imports.conftest import uploaded
from tests.imports.workbooks import parts_of, table, workbook, zipped
from tests.web.test_imports import columns_of, path

DEALS = "deal_id,deal_stage,close_date\nD1,Closed Wonn,10/11/2016\nD2,Won,11/12/2016\n"


@pytest.fixture
def deals(db: None, now: datetime) -> ImportRun:
    return uploaded("opportunities", DEALS, now)


def confirm(browser: Client, run: ImportRun, **changes: str) -> ImportRun:
    browser.post(path("confirm", run), columns_of(run, **changes))
    return ImportRun.objects.get(pk=run.pk)


class TestChoosing:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("opportunity_id,account,deal_stage,close_value\nD1,Acme,Won,5\n", "opportunities"),
            ("account,sector,employees\nAcme,retail,9\n", "accounts"),
            ("product,series,sales_price\nStarter,Core,5\n", "products"),
            ("first_name,last_name,email,job_title\nAnn,Lee,ann@acme.example,CIO\n", "contacts"),
            (
                "Id,OpportunityId,StageName,Amount,CloseDate,CreatedDate\n1,2,Won,5,2026-01-01,2026-01-01\n",
                "stage_history",
            ),
        ],
    )
    def test_the_columns_tell_the_kind(self, as_admin: Client, text: str, kind: str) -> None:
        file = SimpleUploadedFile("file.csv", text.encode())
        as_admin.post(reverse("import-new"), {"kind": "guess", "source": "CRM", "file": file})
        assert ImportRun.objects.get().kind == kind

    def test_columns_that_tell_nothing_are_asked_about(self, as_admin: Client) -> None:
        file = SimpleUploadedFile("file.csv", b"foo,bar\n1,2\n")
        answer = as_admin.post(reverse("import-new"), {"kind": "guess", "source": "CRM", "file": file})
        assert answer.status_code == 422
        assert "The columns do not tell" in answer.text

    def test_a_packed_workbook_comes_in_like_any_file(self, as_admin: Client) -> None:
        file = SimpleUploadedFile("file.csv", gzip.compress(workbook(["account"], ["Acme"])))
        answer = as_admin.post(reverse("import-new"), {"kind": "accounts", "source": "CRM", "file": file}, follow=True)
        assert "Acme" in answer.text
        assert "encoding" not in answer.context["form"].fields


class TestColumns:
    def test_each_is_shown_with_what_its_values_look_like(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("accounts", "account,employees,x\nAcme,40,\nBorealis,1200,\n", now)
        form = as_admin.get(path("show", run)).context["form"]
        shown = [(facts.type, facts.empty_percent, facts.distinct, facts.most) for _, facts in form.columns()]
        assert shown == [("Text", 0, 2, ""), ("Number", 0, 2, "1200"), ("Empty", 100, 0, "")]

    def test_it_is_said_where_a_mapping_comes_from(self, as_admin: Client, now: datetime) -> None:
        header = "Id,AccountId,Name,StageName\n006,001,Deal,Won\n"
        answer = as_admin.get(path("show", uploaded("opportunities", header, now)))
        assert "Read as Salesforce exports it." in answer.text

    def test_another_mapping_is_chosen_by_name(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("accounts", "id,name,company\n1,x,Acme\n", now)
        assert confirm(as_admin, run, read_as="Salesforce").mapping["columns"]["name"] == "name"

    def test_another_sheet_is_read_with_its_own_columns(self, as_admin: Client, now: datetime) -> None:
        book = zipped(parts_of({"Deals": table(["deal"], ["D1"]), "Firms": table(["account"], ["Acme"])}))
        run = uploaded("accounts", book, now)
        assert "Firms" in as_admin.get(path("show", run)).text
        run = confirm(as_admin, run, sheet="Firms")
        assert (run.sheet, run.columns, run.status) == ("Firms", ["account"], ImportRun.Status.DRAFT)

    def test_a_confirmed_mapping_serves_the_next_file(self, as_admin: Client, deals: ImportRun, now: datetime) -> None:
        confirm(as_admin, deals, date_order="day_first", column_2="")
        assert SavedMapping.objects.get(is_shipped=False).mapping["columns"].keys() == {"external_id", "stage"}
        again = as_admin.get(path("show", uploaded("opportunities", DEALS, now)))
        assert "Read as the last file from CRM" in again.text

    def test_a_header_cannot_write_into_the_page(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("accounts", "account,revenue <b>million</b>\nAcme,5\n", now)
        text = as_admin.get(path("show", run)).text
        assert "million" in text
        assert "<b>million" not in text


class TestDates:
    def test_an_order_that_no_date_tells_is_asked_for(self, as_admin: Client, deals: ImportRun) -> None:
        assert "10/11/2016 means" in as_admin.get(path("show", deals)).text
        assert confirm(as_admin, deals).status == ImportRun.Status.DRAFT
        assert confirm(as_admin, deals, date_order="day_first").status == ImportRun.Status.WAITING

    def test_a_column_that_became_a_date_is_asked_about(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("opportunities", "deal_id,deal_stage,signed\nD1,Won,10/11/2016\n", now)
        assert "10/11/2016 means" not in as_admin.get(path("show", run)).text
        run = confirm(as_admin, run, column_2="closed_on")
        assert run.status == ImportRun.Status.DRAFT
        assert "10/11/2016 means" in as_admin.get(path("show", run)).text


class TestWords:
    def word(self, browser: Client, run: ImportRun, value: str) -> str:
        form = browser.get(path("show", run)).context["form"]
        names: dict[str, str] = {
            word.value: field.html_name for vocabulary in form.vocabularies() for word, field in vocabulary.words
        }
        return names[value]

    def test_what_an_unknown_word_means_is_kept_for_the_source(self, as_admin: Client, deals: ImportRun) -> None:
        name = self.word(as_admin, deals, "Closed Wonn")
        run = confirm(as_admin, deals, date_order="day_first", **{name: "Won"})
        assert run.status == ImportRun.Status.WAITING
        settled = Settlement.objects.get()
        assert (settled.source, settled.field, settled.value, settled.meaning) == ("CRM", "stage", "Closed Wonn", "Won")

    def test_a_word_that_is_kept_as_it_came_is_settled_by_nobody(self, as_admin: Client, deals: ImportRun) -> None:
        confirm(as_admin, deals, date_order="day_first")
        assert not Settlement.objects.exists()

    def test_a_meaning_that_we_do_not_know_is_refused(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("accounts", "account,country\nAcme,Ingland\n", now)
        name = self.word(as_admin, run, "Ingland")
        answer = as_admin.post(path("confirm", run), columns_of(run, **{name: "Atlantis"}))
        assert answer.status_code == 422
        assert "Atlantis is not one of the available choices" in answer.text
        confirm(as_admin, run, **{name: "GB"})
        assert Settlement.objects.get().meaning == "GB"

    def test_words_that_mean_something_are_not_asked_about(self, as_admin: Client, now: datetime) -> None:
        run = uploaded("accounts", "account,country\nAcme,Norway\n", now)
        assert actions.look_into(run).words == []
        assert "words we do not know" not in as_admin.get(path("show", run)).text
