"""A file that nobody checked: what cannot be read is a row with a problem, never a lost row."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.imports import reading
from abmhub.imports.reading import NotReadable, Row, Shape, Table, guess_shape, limits


def read(content: str | bytes, shape: Shape | None = None) -> tuple[list[str], list[Row]]:
    raw = content.encode() if isinstance(content, str) else content
    with Table(lambda: io.BytesIO(raw), shape or guess_shape(lambda: io.BytesIO(raw))) as table:
        return table.columns, list(table.rows())


def cells(content: str | bytes) -> list[list[str]]:
    return [row.cells for row in read(content)[1]]


def problems(content: str | bytes) -> dict[int, str]:
    return {row.number: row.problem for row in read(content)[1] if row.problem}


def test_it_reads_the_line_ends_of_every_system() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert cells(end.join(["name,city", "Acme,Oslo", "Borealis,Rome", ""])) == [
            ["Acme", "Oslo"],
            ["Borealis", "Rome"],
        ]


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    columns, rows = read("\ufeffname,city\r\nAcme,Oslo\r\n".encode())
    assert columns == ["name", "city"]
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("name,city\nCafé Zoë,Tromsø\nMüller & Söhne,Köln\nPão de Açúcar,São Paulo\n", "windows-1252"),
        ("name,city\nCafé,Tromsø\n", "utf-16"),
        ("name,city\nCafé,Tromsø\n", "utf-16-le"),
        ("name,city\nCafé,Tromsø\n", "utf-16-be"),
        ("name,city\n台灣積體電路製造,新竹\n鴻海精密工業股份有限公司,新北市土城區\n", "big5"),
        ("name,city\nCafé,Tromsø\n", "utf-8"),
        ("name,city\nشركة النور للتجارة,القاهرة\nمؤسسة الأمل الكبرى,بيروت\n", "windows-1256"),
    ],
)
def test_it_guesses_the_encoding(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    assert guess_shape(lambda: io.BytesIO(raw)).encoding == encoding
    assert cells(raw) == list(csv.reader(io.StringIO(text)))[1:]


def test_it_finds_the_first_odd_byte_far_into_the_file() -> None:
    raw = ("name,city\n" + "Acme,Oslo\n" * 60_000).encode() + "Zoë,Tromsø\n".encode("windows-1252")
    assert guess_shape(lambda: io.BytesIO(raw)).encoding == "windows-1252"


def test_characters_of_another_encoding_are_told_by_row() -> None:
    raw = b"name,city\nAcme,Oslo\nZo\xeb,Rome\n"
    _, rows = read(raw, Shape("utf-8", ","))
    assert [row.problem for row in rows] == ["", "Holds characters that are not of the file's encoding."]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
def test_it_guesses_the_delimiter(delimiter: str) -> None:
    text = "\n".join(delimiter.join(row) for row in (["name", "revenue, total"], ["Acme", "1"], ["Borealis", "2"]))
    if delimiter == ",":
        text = text.replace("revenue, total", "revenue")
    assert guess_shape(lambda: io.BytesIO(text.encode())).delimiter == delimiter


def test_quoted_cells_hold_delimiters_quotes_and_line_breaks() -> None:
    text = 'name,about\n"Acme, Inc.","says ""hello""\nand goodbye"\nBorealis,plain\n'
    assert cells(text) == [["Acme, Inc.", 'says "hello"\nand goodbye'], ["Borealis", "plain"]]


def test_an_unclosed_quote_costs_its_own_row_and_no_other() -> None:
    text = 'name,city\n"Acme,Oslo\nBorealis,Rome\n"Condor","Lima"\nDelta,Bonn\n'
    assert problems(text) == {1: "Opens a quotation mark that it does not close."}
    assert cells(text)[1:] == [["Borealis", "Rome"], ["Condor", "Lima"], ["Delta", "Bonn"]]


def test_an_unclosed_quote_at_the_end_costs_its_own_row() -> None:
    assert list(problems('name,city\nAcme,Oslo\n"Borealis,Rome\nCondor,Lima\n')) == [2]


def test_a_quote_that_swallows_whole_rows_is_noticed_by_their_cells() -> None:
    """The quote closes again a line on, so that the reader sees one well-formed row of the wrong width."""
    text = 'name,city,country\n"Acme,Oslo,NO\nBorealis",Rome\nCondor,Lima,PE\n'
    assert list(problems(text)) == [1, 2]
    assert cells(text)[2] == ["Condor", "Lima", "PE"]


def test_a_quote_that_never_closes_does_not_swallow_a_long_file() -> None:
    text = 'name,city\n"Acme,Oslo\n' + "Borealis,Rome\n" * 2_000
    assert list(problems(text)) == [1]
    assert len(cells(text)) == 2_001


def test_ragged_rows_are_told_with_both_widths() -> None:
    text = "name,city\nAcme\nBorealis,Rome,Italy\nCondor,Lima\n"
    assert problems(text) == {
        1: "Has 1 cells where the header has 2.",
        2: "Has 3 cells where the header has 2.",
    }


def test_giant_cells_and_nul_are_told_by_row() -> None:
    text = f'name,city\nAcme,{"x" * 200_000}\nBor\0ealis,Rome\n"{"y" * 200_000}",Rome\nCondor,Lima\n'
    assert problems(text) == {
        1: "Has a cell of more than 10,000 characters.",
        2: "Holds a NUL character.",
        3: "Has a cell of more than 10,000 characters.",
    }


def test_a_line_without_end_is_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_LINE_CHARACTERS", 20_000)
    assert list(problems(f"name,city\nAcme,{'x' * 90_000}\nBorealis,Rome\n")) == [1]


def test_lines_without_any_character_are_no_rows() -> None:
    assert cells("name,city\n\nAcme,Oslo\n\n\n") == [["Acme", "Oslo"]]


def test_column_names_are_made_unique() -> None:
    assert read("name,,name,\nA,B,C,D\n")[0] == ["name", "column 2", "name (2)", "column 4"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"  \r\n ", "empty"),
        (b",,,\n,,,\n", "no header"),
        (b",".join(b"c%d" % number for number in range(600)) + b"\n", "600 columns"),
    ],
)
def test_what_is_no_table_is_refused_with_the_next_step(content: bytes, sentence: str) -> None:
    with pytest.raises(NotReadable, match=sentence):
        read(content)


def test_more_rows_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_ROWS", 3)
    with pytest.raises(NotReadable, match="cut it into several"):
        read("name,city\n" + "Acme,Oslo\n" * 4)


plain = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffd"), max_size=12)


@given(st.lists(st.tuples(plain, plain, plain), min_size=1, max_size=8))
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c"), *rows])
    _, found = read(text.getvalue().encode(), Shape("utf-8", ","))
    assert [row.cells for row in found] == [list(row) for row in rows]
    assert not any(row.problem for row in found)


@given(st.lists(st.sampled_from(["a,b", '"a",b', '"a', 'a"b,c', '"a""b",c', "a,b,c", '"', ",", '"a"x,b']), max_size=12))
def test_no_line_of_a_dirty_file_is_lost(lines: list[str]) -> None:
    """Every line is in a row: in one of its own, or inside a quoted cell of a good row."""
    _, rows = read("\n".join(["x,y", *lines]), Shape("utf-8", ","))
    assert sum(1 + sum(cell.count("\n") for cell in row.cells) for row in rows) == len(lines)


def test_a_quoted_row_of_endless_lines_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell closes its quotation mark on the next line, so that nothing is wrong but the length."""
    monkeypatch.setattr(limits, "MAX_ROW_CHARACTERS", 500)
    line = '",' + "x" * 90 + ',"\n'
    content = 'name,city\nAcme,"' + line * 50
    assert next(iter(problems(content).values())) == "Opens a quotation mark that it does not close."


def test_long_rows_are_held_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CHARACTERS_AT_ONCE", 100)
    rows = [Row(number, ["x" * 40]) for number in range(1, 8)]
    assert [len(batch) for batch in reading.batched(iter(rows), 5)] == [3, 3, 1]
    assert [len(batch) for batch in reading.batched(iter([Row(1, ["x"])] * 12), 5)] == [5, 5, 2]
    assert list(reading.batched(iter([]), 5)) == []


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("acme.example,Acme,12\nzeta.example,Zeta,7\n", ["column 1", "column 2", "column 3"], 2),
        ("domain,name,12\nacme.example,Acme,12\n", ["domain", "name", "12"], 1),
        ("acme.example,name\nzeta.example,Zeta\n", ["acme.example", "name"], 1),
        ('"Acme, Ltd",www.acme.example,82.5\n', ["column 1", "column 2", "column 3"], 1),
        ("\nacme.example;1\n", ["column 1", "column 2"], 1),
    ],
    ids=["domain and number", "only a number", "only a domain", "quoted", "after an empty line"],
)
def test_a_first_line_with_a_domain_and_a_number_is_no_header(text: str, columns: list[str], rows: int) -> None:
    named, found = read(text)
    assert named == columns
    assert [row.number for row in found] == list(range(1, rows + 1))
    assert not any(row.problem for row in found)
