"""Workbooks and packed files: what a person sees in them is what is read."""

import csv
import gzip
import io
from datetime import datetime
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.imports import actions
from abmhub.imports.models import ImportRun
from abmhub.imports.reading import NotReadable
from abmhub.imports.unpacking.formats import is_date, shown_date, shown_number
from abmhub.imports.unpacking.sandbox import Unpacking
from tests.imports import workbooks
from tests.imports.conftest import TakeIn, figures_of, uploaded
from tests.imports.workbooks import parts_of, table, workbook, zipped

ACCOUNTS = b"account,employees\nAcme,40\nBorealis,50\n"


def rows_of(content: bytes, form: str = "workbook", sheet: str = "") -> list[list[str]]:
    with TemporaryFile() as file:
        file.write(content)
        text = b"".join(Unpacking(file, form, sheet).pieces()).decode()
    return list(csv.reader(io.StringIO(text, newline="")))


def cell(value: object, style: int = 0, kind: str = "n") -> str:
    return f'<c s="{style}" t="{kind}"><v>{value}</v></c>'


def shown(*cells: str) -> list[str]:
    """How cells come out, below a header that is as wide."""
    return rows_of(workbook(["x"] * len(cells), list(cells)))[1]


def test_text_is_read_from_wherever_a_workbook_keeps_it() -> None:
    rich = '<c t="inlineStr"><is><r><t>Ac</t></r><r><t>me</t></r><rPh><t>read so</t></rPh></is></c>'
    parts = parts_of(
        {"A": table(["a", "b", "c"], [cell(1, kind="s"), rich, cell("told", kind="str")])}, ["0", "Børeal"]
    )
    assert rows_of(zipped(parts))[1] == ["Børeal", "Acme", "told"]


def test_dates_come_out_as_iso_writes_them() -> None:
    assert shown(
        cell(42654, workbooks.DAY),
        cell(42654.604166667, workbooks.MOMENT),
        cell(42654, workbooks.OWN_DAY),
        cell(0.25, workbooks.DAY),
        cell("2016-10-11T00:00:00", kind="d"),
    ) == ["2016-10-11", "2016-10-11 14:30:00", "2016-10-11", "06:00:00", "2016-10-11T00:00:00"]


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    parts = parts_of({"A": table(["day"], [cell(41192, workbooks.DAY)])})
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert rows_of(zipped(parts))[1] == ["2016-10-11"]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("1100.04", "1100.04"),
        ("1100.0399999999999", "1100.04"),
        ("0.30000000000000004", "0.3"),
        ("1.5E3", "1500"),
        ("1E-3", "0.001"),
        ("12345678901234567890", "12345678901234600000"),
        ("1e308", "1e308"),
        ("NaN", "NaN"),
        ("no number at all", "no number at all"),
    ],
)
def test_numbers_come_out_as_a_spreadsheet_shows_them(text: str, seen: str) -> None:
    assert shown_number(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("60", "60"),
        ("61", "1900-03-01"),
        ("-3", "-3"),
        ("1e9", "1000000000"),
        ("x", "x"),
    ],
)
def test_what_is_no_day_of_the_calendar_stays_a_number(text: str, seen: str) -> None:
    assert shown_date(text, is_from_1904=False) == seen


@pytest.mark.parametrize("code", ["dd/mm/yyyy", "[$-409]d-mmm-yy;@", "h:mm AM/PM", "yyyy\\-mm\\-dd", "[Red]mm/dd/yy"])
def test_formats_of_dates_are_known(code: str) -> None:
    assert is_date(code)


@pytest.mark.parametrize("code", ["General", "0.00", "#,##0", '"days" 0', "[h]:mm", '0 "h"', "[Red]0", "0%", "\\d0"])
def test_formats_of_numbers_are_no_dates(code: str) -> None:
    assert not is_date(code)


@given(st.text(max_size=20), st.booleans())
def test_no_number_of_a_workbook_breaks_the_reader(text: str, is_from_1904: bool) -> None:
    assert isinstance(shown_date(text, is_from_1904=is_from_1904), str)
    assert isinstance(is_date(text), bool)


def test_formulas_count_by_their_stored_result_and_truth_by_its_word() -> None:
    formula = '<c t="str"><f>HYPERLINK("http://x.example","y")</f><v>y</v></c>'
    cells = [formula, "<c><f>1+1</f><v>2</v></c>", cell(1, kind="b"), "<c><f>1+1</f></c>", cell("#N/A", kind="e")]
    assert shown(*cells) == ["y", "2", "TRUE", "", "#N/A"]


def test_a_row_is_as_wide_as_the_header_and_gaps_stay_gaps() -> None:
    parts = parts_of({"A": workbooks.sheet('<row r="3"><c r="A3"><v>1</v></c><c r="C3"><v>3</v></c></row>'
                                           '<row r="9"><c r="B9"><v>2</v></c></row><row r="10"/>')})  # fmt: skip
    assert rows_of(zipped(parts)) == [["1", "", "3"], ["", "2", ""]]


def test_the_first_sheet_with_rows_is_read_unless_another_is_named() -> None:
    content = zipped(parts_of({"Empty": table(), "Æ": table(["a"], ["1"]), "=1+1": table(["b"], ["2"])}))
    assert rows_of(content) == [["a"], ["1"]]
    assert rows_of(content, sheet="=1+1") == [["b"], ["2"]]
    with pytest.raises(NotReadable, match="no sheet “Other”; it has: Empty, Æ, =1"):
        rows_of(content, sheet="Other")


@pytest.mark.django_db
class TestFiles:
    def test_content_decides_and_not_the_name(self, take_in: TakeIn) -> None:
        """Everything here is called accounts.csv."""
        book = workbook(["account", "employees"], ["Acme", 40], ["Borealis", 50])
        first = take_in("accounts", book)
        assert figures_of(first) == {"rows": 2, "accepted": 2, "created": 2}
        for same in (ACCOUNTS, gzip.compress(ACCOUNTS), gzip.compress(book), ACCOUNTS.decode().encode("utf-16")):
            assert figures_of(take_in("accounts", same)) == {"rows": 2, "accepted": 2, "unchanged": 2}

    def test_it_remembers_how_the_file_came(self, now: datetime) -> None:
        run = uploaded("accounts", gzip.compress(workbook(["account"], ["Acme"])), now)
        assert (run.format, run.is_packed, run.sheets, run.sheet) == ("xlsx", True, ["Sheet1"], "Sheet1")
        assert run.size_bytes == len(run.open_file().read())

    def test_another_sheet_can_be_read(self, now: datetime) -> None:
        content = zipped(parts_of({"Deals": table(["deal"], ["D1"]), "Firms": table(["account", "x"], ["Acme", 1])}))
        run = actions.reread(run=uploaded("accounts", content, now), sheet="Firms")
        assert (run.sheet, run.columns) == ("Firms", ["account", "x"])
        assert run.open_file().read() == b"account,x\nAcme,1\n"

    def test_a_text_file_has_no_sheets(self, now: datetime) -> None:
        with pytest.raises(NotReadable, match="no workbook"):
            actions.reread(run=uploaded("accounts", ACCOUNTS, now), sheet="Firms")

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (b"\xd0\xcf\x11\xe0 old", "old Excel workbook"),
            (b"\xd0\xcf\x11\xe0 " + "EncryptedPackage".encode("utf-16-le"), "password"),
            (b"%PDF-1.7", "PDF"),
            (b"<html><table>", "web page"),
            (b'\xef\xbb\xbf\n <?xml version="1.0"?><Workbook>', "web page"),
            (b'[{"a": 1}]', "JSON"),
            (b"PAR1....", "Parquet"),
            (b"7z\xbc\xaf\x27\x1c", "archive"),
            (b"\x89PNG\r\n", "picture"),
            (gzip.compress(gzip.compress(ACCOUNTS, mtime=0), mtime=0), "packed twice"),
            (zipped({"a.csv": ACCOUNTS}), "unpack it"),
            (zipped({"content.xml": "", "mimetype": ""}), "OpenDocument"),
            (zipped({"_rels/.rels": "", "xl/workbook.bin": ""}), "binary Excel"),
            (zipped({"_rels/.rels": "", "word/document.xml": ""}), "Word"),
            (workbook(), "empty"),
        ],
        ids=lambda value: value if isinstance(value, str) else "file",
    )
    def test_other_files_are_refused_with_what_to_do(self, content: bytes, sentence: str, now: datetime) -> None:
        with pytest.raises(NotReadable, match=sentence):
            uploaded("accounts", content, now)
        assert not ImportRun.objects.exists()
