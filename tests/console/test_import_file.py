"""manage.py import_file: the file is in when the command ends, and its answer can be read by a program."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from abmhub.accounts.models import Account
from abmhub.imports.models import ImportRun
from abmhub.pipeline.models import Opportunity, Product
from tests.imports.workbooks import parts_of, table, zipped

# The figures are computed by the night, which wants a transaction of its own.
pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNTS = "account,revenue,employees\nDelta,1100.04,2822\nZeta,251.41,495\n"


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write_file(text: str, name: str = "file.csv") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


def run(*arguments: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, answer and what was said besides."""
    out, said = io.StringIO(), io.StringIO()
    code = 0
    try:
        call_command("import_file", *arguments, "--json", stdout=out, stderr=said)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue().splitlines()[-1]), said.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        call_command("import_file", *arguments, stdout=io.StringIO(), stderr=io.StringIO())
    assert caught.value.returncode == 2
    return str(caught.value)


def test_a_clean_file_ends_with_0_and_its_figures(write: Any) -> None:
    code, answer, said = run("accounts", write(ACCOUNTS))
    assert code == 0
    assert answer == {
        "rows": 2, "accepted": 2, "rejected": 0, "skipped": 0,
        "created": 2, "updated": 0, "unchanged": 0, "doubtful": 0, "run": ImportRun.objects.get().pk,
    }  # fmt: skip
    assert "in millions" in said
    assert "Reading account as name" in said


def test_the_figures_of_the_house_know_of_it_at_once(write: Any) -> None:
    run("accounts", write(ACCOUNTS))
    account = Account.objects.select_related("standing").get(name="Delta")
    assert account.standing.computed_on is not None
    assert not ImportRun.objects.without_figures().exists()


def test_rejected_rows_end_with_1(write: Any) -> None:
    code, answer, _ = run("accounts", write(ACCOUNTS + "Eta,many,3\n"))
    assert (code, answer["accepted"], answer["rejected"]) == (1, 2, 1)


def test_the_same_file_again_changes_nothing(write: Any) -> None:
    path = write(ACCOUNTS)
    run("accounts", path)
    code, answer, _ = run("accounts", path)
    assert (code, answer["created"], answer["updated"], answer["unchanged"]) == (0, 0, 0, 2)


@pytest.mark.parametrize(
    ("arguments", "text", "sentence"),
    [
        (["shoes"], ACCOUNTS, "products, users, accounts, contacts"),
        (["accounts"], "", "empty"),
        (["accounts"], "PK\x03\x04", "The file is damaged"),
        (["accounts"], "junk,more\n1,2\n", "Say which column is “Account”"),
        (["accounts", "--map", "name=title"], ACCOUNTS, "no column “title”"),
        (["opportunities"], "id,stage,close date\n1,Won,10/11/2016\n", "--date-order"),
    ],
)
def test_what_cannot_be_read_ends_with_2(write: Any, arguments: list[str], text: str, sentence: str) -> None:
    kind, *options = arguments
    message = refusal(kind, write(text), *options)
    assert sentence in message
    assert "\n" not in message
    assert not ImportRun.objects.exists()


def test_a_file_that_is_not_there_ends_with_2() -> None:
    assert "No such file" in refusal("accounts", "/nowhere/file.csv")


def test_options_decide_what_is_not_guessed(write: Any) -> None:
    text = "key|title|value|turnover\nA|Delta|x|5\n"
    path = write(text)
    options = ("--map", "name=title", "--map", "annual_revenue=turnover", "--revenue-unit", "thousands")
    code, answer, _ = run("accounts", path, *options)
    assert (code, answer["created"]) == (0, 1)
    assert Account.objects.get().annual_revenue_amount == 5000
    deals = write("id,stage,close date\n1,Won,10/11/2016\n", "deals.csv")
    run("opportunities", deals, "--date-order", "day_first", "--source", "CRM")
    deal = Opportunity.objects.get()
    assert (str(deal.closed_on), deal.source) == ("2016-11-10", "CRM")


def test_a_dry_run_counts_and_changes_nothing(write: Any) -> None:
    code, answer, _ = run("accounts", write(ACCOUNTS), "--dry-run")
    assert (code, answer["created"], answer["run"]) == (0, 2, None)
    assert not Account.objects.exists()
    assert not ImportRun.objects.exists()


def test_encoding_and_delimiter_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes("product;series\nŽárovka;Světla\n".encode("windows-1250"))
    run("products", str(path), "--encoding", "windows-1250", "--delimiter", "semicolon")
    assert Product.objects.get().name == "Žárovka"


def test_people_read_a_sentence(write: Any) -> None:
    out = io.StringIO()
    call_command("import_file", "accounts", write(ACCOUNTS), stdout=out, stderr=io.StringIO())
    assert "2 rows: 2 accepted (2 created, 0 updated, 0 unchanged), 0 rejected, 0 skipped" in out.getvalue()


def test_a_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    book = tmp_path / "book.csv"
    book.write_bytes(zipped(parts_of({"Deals": table(["deal"], ["D1"]), "Firms": table(["account"], ["Acme"])})))
    assert "Say which column" in refusal("accounts", str(book))
    code, answer, said = run("accounts", str(book), "--sheet", "Firms")
    assert (code, answer["created"]) == (0, 1)
    assert "the sheet “Firms” is read" in said
    assert "no sheet “Other”" in refusal("accounts", str(book), "--sheet", "Other")


def test_a_saved_mapping_is_used_by_its_name(write: Any) -> None:
    file = write("Id,Name,Company\n1,Acme,x\n")
    code, _, said = run("accounts", file, "--mapping", "salesforce")
    assert code == 0
    assert Account.objects.get().name == "Acme"
    assert "Read as Salesforce exports it." in said
    assert "no mapping “Oracle”" in refusal("accounts", file, "--mapping", "Oracle")


@pytest.mark.parametrize(
    "mapping",
    [
        {"columns": {"name": "x", "annual_revenue": "y"}, "revenue_unit": "millions"},
        {"name": "x", "annual_revenue": "y"},
    ],
)
def test_a_mapping_may_come_from_a_file(write: Any, mapping: dict[str, Any]) -> None:
    file = write("x,y\nAcme,5\n")
    run("accounts", file, "--mapping", write(json.dumps(mapping), "mapping.json"))
    account = Account.objects.get()
    assert account.name == "Acme"
    assert account.annual_revenue_amount == (5_000_000 if "revenue_unit" in mapping else 5)


@pytest.mark.parametrize(
    "text", ["", "[]", "3", '{"columns": 3}', '{"name": 3}', '{"columns": {"name": "x"}, "date_order": 1}']
)
def test_a_file_that_is_no_mapping_is_refused(write: Any, text: str) -> None:
    assert "is no mapping" in refusal("accounts", write("x\nAcme\n"), "--mapping", write(text, "mapping.json"))
    assert not ImportRun.objects.exists()


def test_the_mapping_of_the_last_file_is_used_again(write: Any) -> None:
    file = write("x,account\nAcme,1\n")
    run("accounts", file, "--map", "name=x")
    _, answer, said = run("accounts", file)
    assert answer["unchanged"] == 1
    assert "Read as the last file from CSV" in said
