"""The pages that show what a file would do before it comes in, and that take it back afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from abmhub.accounts.models import Account
from abmhub.imports import actions
from abmhub.imports.models import ImportRun
from abmhub.web import import_check
from tests.imports.conftest import uploaded
from tests.web.query_counts import QueryCount
from tests.web.test_imports import columns_of, path

pytestmark = pytest.mark.django_db
FILE = "account,city\nDelta,Oslo\nZeta,Rome\n,Riga\n"


@pytest.fixture
def draft(now: datetime) -> ImportRun:
    return uploaded("accounts", FILE, now)


def text_of(answer: Any) -> str:
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


class TestChecking:
    def test_a_small_file_is_shown_at_once_row_by_row(self, as_admin: Client, draft: ImportRun) -> None:
        answer = as_admin.post(path("check", draft), columns_of(draft), follow=True)
        assert "Account is empty." in text_of(answer)
        created = text_of(as_admin.get(path("check", draft) + "?verdict=create"))
        assert "Delta" in created
        assert "Rome" in created
        assert not Account.objects.exists()

    def test_the_rows_can_be_searched(self, as_admin: Client, draft: ImportRun) -> None:
        as_admin.post(path("check", draft), columns_of(draft))
        found = text_of(as_admin.get(path("check", draft) + "?verdict=create&q=elt"))
        assert "Delta" in found
        assert "Zeta" not in found

    def test_an_update_shows_old_and_new(self, as_admin: Client, account: Account, now: datetime) -> None:
        run = uploaded("accounts", "account,website,employees\nAcme Robotics,acme.example,950\n", now)
        page = text_of(as_admin.post(path("check", run), columns_of(run), follow=True))
        assert "<del>900</del>" in page
        assert "<ins>950</ins>" in page

    def test_a_large_file_is_left_to_a_worker(
        self, as_admin: Client, draft: ImportRun, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_check, "BYTES_TO_CHECK_HERE", 1)
        page = text_of(as_admin.post(path("check", draft), columns_of(draft), follow=True))
        assert "Waiting for a worker" in page
        again = as_admin.get(path("check", draft), headers={"HX-Request": "true"})
        assert "HX-Refresh" not in again.headers
        actions.check_asked(at=timezone.now)
        again = as_admin.get(path("check", draft), headers={"HX-Request": "true"})
        assert again.headers["HX-Refresh"] == "true"
        assert "Row by row" in text_of(as_admin.get(path("check", draft)))

    def test_a_mapping_that_makes_no_sense_is_explained_first(self, as_admin: Client, draft: ImportRun) -> None:
        answer = as_admin.post(path("check", draft), columns_of(draft, column_0=""))
        assert answer.status_code == 422
        assert ImportRun.objects.get().checked_at is None

    def test_the_rows_come_as_a_file(self, as_admin: Client, draft: ImportRun) -> None:
        as_admin.post(path("check", draft), columns_of(draft))
        text = text_of(as_admin.get(path("expected", draft) + "?verdict=create"))
        assert "1,Delta,Created,,Headquarters,,Oslo" in text

    def test_it_comes_in_from_there(self, as_admin: Client, draft: ImportRun) -> None:
        as_admin.post(path("check", draft), columns_of(draft))
        answer = as_admin.post(path("take-in", draft))
        assert answer["Location"] == path("show", draft)
        assert ImportRun.objects.get().status == ImportRun.Status.WAITING
        assert as_admin.get(path("check", draft))["Location"] == path("show", draft)

    def test_what_is_not_checked_says_how(self, as_admin: Client, draft: ImportRun) -> None:
        assert "Not checked as it is read now" in text_of(as_admin.get(path("check", draft)))

    def test_it_asks_no_more_for_more_rows(self, as_admin: Client, now: datetime, query_count: QueryCount) -> None:
        for rows in (1, 70):
            text = "account\n" + "".join(f"Company {number}\n" for number in range(rows))
            run = actions.check(run=uploaded("accounts", text, now), at=now)
            with query_count("import-check"):
                assert as_admin.get(path("check", run)).status_code == 200


class TestUndoing:
    @pytest.fixture
    def run(self, draft: ImportRun) -> ImportRun:
        at = timezone.now()
        return actions.apply(run=actions.confirm(run=draft, at=at), at=at)

    def test_what_it_means_is_said_before_it_is_asked_for(self, as_admin: Client, run: ImportRun) -> None:
        assert reverse("import-undo", args=[run.pk]) in text_of(as_admin.get(path("show", run)))
        assert "Undo this import?" in text_of(as_admin.get(path("undo", run)))
        as_admin.post(path("undo", run))
        assert "Being taken back" in text_of(as_admin.get(path("show", run)))
        actions.undo_asked(at=timezone.now)
        assert "Everything is as it was" in text_of(as_admin.get(path("show", run)))
        assert not Account.objects.exists()

    def test_what_stays_is_listed_and_comes_as_a_file(self, as_admin: Client, run: ImportRun) -> None:
        Account.objects.filter(name="Delta").update(headquarters="Bergen")
        actions.undo(run=run, at=timezone.now())
        page = text_of(as_admin.get(path("show", run)))
        assert "It was changed since." in page
        assert "Zeta" not in page
        assert "1,account,Delta,It was changed since." in text_of(as_admin.get(path("stays", run)))

    def test_an_old_import_offers_no_undo(self, as_admin: Client, run: ImportRun) -> None:
        ImportRun.objects.update(finished_at=timezone.now() - timedelta(days=31))
        assert "Undo this import" not in text_of(as_admin.get(path("show", run)))
        assert as_admin.get(path("undo", run))["Location"] == path("show", run)
        answer = as_admin.post(path("undo", run), follow=True)
        assert "30 days" in text_of(answer)

    def test_the_list_asks_no_more_for_more_rows(
        self, as_admin: Client, now: datetime, query_count: QueryCount
    ) -> None:
        for rows in (1, 30):
            text = "account\n" + "".join(f"Company {rows} {number}\n" for number in range(rows))
            run = actions.apply(run=actions.confirm(run=uploaded("accounts", text, now), at=now), at=now)
            Account.objects.update(headquarters="Bergen")
            actions.undo(run=run, at=now)
            with query_count("import-undone"):
                assert as_admin.get(path("show", run)).status_code == 200
