"""Files that want to do harm: with a sentence they are refused, of the others every row is accounted for."""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.imports.workbooks import LINKS, MAIN, letters, parts_of, row, sheet, table, workbook, zipped

ROWS = (["account", "employees"], ["Acme", 40], ["Borealis", 50])
CSV = b"account,employees\nAcme,40\nBorealis,50\n"
SHEET = "xl/worksheets/sheet1.xml"
BOMB_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """A file, and what is said of it as a whole; without a word its rows are read, this many of them."""

    name: str
    make: Callable[[], bytes]
    refusal: str = ""
    rows: int | None = None


def cells(*values: str) -> Callable[[], bytes]:
    """A workbook whose second row has these cells as they stand here."""
    return lambda: workbook(["account", "employees"], list(values))


def replaced(part: str, old: str, new: str) -> Callable[[], bytes]:
    parts = parts_of({"Sheet1": table(*ROWS)})
    assert old in parts[part]
    return lambda: zipped(parts | {part: parts[part].replace(old, new)})


def with_doctype(doctype: str, word: str = "&a;") -> Callable[[], bytes]:
    cell = f'<c r="A2" t="str"><v>{word}</v></c>'
    return lambda: workbook(**{SHEET: f'<?xml version="1.0"?>{doctype}' + sheet(f'<row r="2">{cell}</row>')})


def laughs() -> bytes:
    entities = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + depth)} "{f"&{chr(97 + depth)};" * 10}">' for depth in range(9)
    )
    return with_doctype(f"<!DOCTYPE x [{entities}]>", "&j;")()


def zip_bomb() -> bytes:
    return zipped({**parts_of({"Sheet1": ""}), SHEET: sheet(" " * BOMB_BYTES)})


def strings_bomb() -> bytes:
    text = f'<sst xmlns="{MAIN}">' + f"<si><t>{'a' * 10_000}</t></si>" * (BOMB_BYTES // 10_000) + "</sst>"
    return workbook(*ROWS, **{"xl/sharedStrings.xml": text})


def lying_bomb() -> bytes:
    """Says of its sheet that it is small."""
    content = zip_bomb()
    declared = struct.pack("<L", len(sheet(" " * BOMB_BYTES)))
    assert declared in content
    return content.replace(declared, struct.pack("<L", 1_000))


def overlapping() -> bytes:
    """Many names for the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of({"Sheet1": table(*ROWS)}).items():
            archive.writestr(name, content)
        archive.writestr("xl/media/1.png", b"\0" * 30_000_000)
        first = archive.getinfo("xl/media/1.png")
        for number in range(2, 60):
            twin = zipfile.ZipInfo(f"xl/media/{number}.png")
            twin.compress_type, twin.CRC = first.compress_type, first.CRC
            twin.compress_size, twin.file_size = first.compress_size, first.file_size
            twin.header_offset = first.header_offset
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    return file.getvalue()


def many_members() -> bytes:
    return zipped(parts_of({"Sheet1": table(*ROWS)}) | {f"x/{'n' * 100}{number}": "" for number in range(10_000)})


def doubled_part() -> bytes:
    file = io.BytesIO(workbook(*ROWS))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("second", "x")
        archive.filelist[-1].filename = SHEET
    return file.getvalue()


def odd_members() -> bytes:
    """Names that lead out of the archive, and a link."""
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(workbook(*ROWS))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../../../../etc/cron.d/x", "* * * * * root true")
        archive.writestr("/absolute", "x")
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def encrypted() -> bytes:
    content = bytearray(workbook(*ROWS))
    position = 0
    while (position := content.find(b"PK\x01\x02", position)) >= 0:
        content[position + 8] |= 1
        position += 4
    return bytes(content)


def broken_crc() -> bytes:
    content = workbook(*ROWS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        crc = struct.pack("<L", archive.getinfo(SHEET).CRC)
    return content.replace(crc, b"\1\2\3\4")


def gzip_broken_crc() -> bytes:
    packed = bytearray(gzip.compress(CSV))
    packed[-8] ^= 0xFF
    return bytes(packed)


def gzip_bomb() -> bytes:
    pack = zlib.compressobj(9, wbits=31)
    return b"".join([pack.compress(b"a,b\n" * (BOMB_BYTES // 4)), pack.flush()])


def deep() -> bytes:
    return workbook(**{SHEET: f'<worksheet xmlns="{MAIN}">' + "<x>" * 200_000 + "</x>" * 200_000 + "</worksheet>"})


def wide(columns: int) -> Callable[[], bytes]:
    return lambda: ",".join(f"c{number}" for number in range(columns)).encode() + b"\n1\n"


REFUSED = (
    Hostile("zip bomb", zip_bomb, "unpacks to far more"),
    Hostile("bomb in the shared strings", strings_bomb, "unpacks to far more"),
    Hostile("bomb that lies about its size", lying_bomb, "damaged"),
    Hostile("zip of zips", lambda: zipped({"a.zip": zipped({"b.zip": zip_bomb()})}), "zip archive and no workbook"),
    Hostile("overlapping parts", overlapping, "unpacks to far more"),
    Hostile("ten thousand parts", many_members, "too many parts"),
    Hostile(
        "ten thousand sheets",
        lambda: zipped(parts_of(dict.fromkeys(map(str, range(10_000)), ""))),
        "more than 200 sheets",
    ),
    Hostile(
        "a thousand sheets", lambda: zipped(parts_of(dict.fromkeys(map(str, range(1_000)), ""))), "more than 200 sheets"
    ),
    Hostile("a part twice", doubled_part, "damaged"),
    Hostile("billion laughs", laughs, "XML entities"),
    Hostile(
        "quadratic entity", with_doctype(f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>', "&a;" * 5_000), "XML entities"
    ),
    Hostile("external entity", with_doctype('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "XML entities"),
    Hostile("external document type", with_doctype('<!DOCTYPE x SYSTEM "http://x.example/x.dtd">', ""), "XML entities"),
    Hostile(
        "parameter entity",
        with_doctype('<!DOCTYPE x [<!ENTITY % a SYSTEM "http://x.example"> %a;]>', ""),
        "XML entities",
    ),
    Hostile("unknown entity", with_doctype("", "&unknown;"), "damaged"),
    Hostile("encrypted parts", encrypted, "password"),
    Hostile("old and encrypted", lambda: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password"),
    Hostile("old workbook", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel"),
    Hostile("web page", lambda: b"<html><table><tr><td>account</td></tr></table></html>", "web page"),
    Hostile("truncated workbook", lambda: workbook(*ROWS)[:-200], "damaged"),
    Hostile("beginning of a workbook", lambda: workbook(*ROWS)[:60], "damaged"),
    Hostile("a part with a wrong checksum", broken_crc, "damaged"),
    Hostile("a part that is no XML", lambda: workbook(**{SHEET: "account,employees"}), "damaged"),
    Hostile("a sheet cut in the middle", lambda: workbook(**{SHEET: table(*ROWS)[:-40]}), "damaged"),
    Hostile("a part packed with lzma", lambda: zipped(parts_of({"A": table(*ROWS)}), zipfile.ZIP_LZMA), "damaged"),
    Hostile(
        "a sheet that is not there",
        replaced("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "no.xml"),
        "damaged",
    ),
    Hostile(
        "a sheet on another host",
        replaced(
            "xl/_rels/workbook.xml.rels",
            'Target="worksheets/sheet1.xml"',
            'TargetMode="External" Target="http://x.example/"',
        ),
        "damaged",
    ),
    Hostile(
        "a sheet outside of the archive",
        replaced("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "../../../etc/passwd"),
        "damaged",
    ),
    Hostile("a text that is not there", cells('<c t="s"><v>7</v></c>'), "damaged"),
    Hostile("a text before the first", cells('<c t="s"><v>-1</v></c>'), "damaged"),
    Hostile("a text by a giant number", cells(f'<c t="s"><v>{"9" * 5_000}</v></c>'), "damaged"),
    Hostile("a lone surrogate", cells('<c t="str"><v>&#xD800;</v></c>'), "damaged"),
    Hostile("NUL in a sheet", cells('<c t="str"><v>&#0;</v></c>'), "damaged"),
    Hostile("a cell without a place", replaced(SHEET, 'r="A2"', 'r="7"'), "damaged"),
    Hostile(
        "a cell beyond the last column",
        lambda: workbook(**{SHEET: sheet('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>')}),
        "damaged",
    ),
    Hostile(
        "the last cell of a sheet",
        lambda: workbook(**{SHEET: sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')}),
        "16,384 columns",
    ),
    Hostile("no sheet at all", replaced("xl/workbook.xml", "<sheet ", "<other "), "no sheet"),
    Hostile("an empty workbook", workbook, "empty"),
    Hostile("elements in elements", deep, "empty"),
    Hostile("gzip bomb", gzip_bomb, "unpacks to far more"),
    Hostile("gzip of gzip", lambda: gzip.compress(gzip.compress(CSV)), "packed twice"),
    Hostile("truncated gzip", lambda: gzip.compress(CSV)[:-9], "damaged"),
    Hostile("gzip with a wrong checksum", gzip_broken_crc, "damaged"),
    Hostile("words behind gzip", lambda: gzip.compress(CSV) + b"words", "damaged"),
    Hostile("gzip of a zip bomb", lambda: gzip.compress(zip_bomb()), "unpacks to far more"),
    Hostile("gzip of nothing", lambda: gzip.compress(b""), "empty"),
    Hostile("a million columns", wide(1_000_000), "columns; at most 500"),
    Hostile("six hundred columns", wide(600), "columns; at most 500"),
    Hostile("no byte", bytes, "empty"),
    Hostile("only blanks", lambda: b" \r\n\t\n" * 1_000, "empty"),
    Hostile("only delimiters", lambda: b",,,\n" * 100, "no header"),
)

READ = (
    Hostile("only a header", lambda: b"account,employees\n", rows=0),
    Hostile("an unclosed quotation mark", lambda: b'account,employees\n"Acme,40\nBorealis,50\n', rows=2),
    Hostile(
        "an unclosed quotation mark in a long file",
        lambda: b'account,employees\n"Acme,40\n' + b"B,5\n" * 3_000,
        rows=3_001,
    ),
    Hostile("NUL", lambda: b"account,employees\nAc\0me,40\nBorealis,50\n", rows=2),
    Hostile("nothing but NUL", lambda: b"account,employees\n" + b"\0" * 9_000, rows=1),
    Hostile("a giant cell", lambda: b"account,employees\n" + b"x" * 200_000 + b",4\nBorealis,50\n", rows=2),
    Hostile("a giant cell in a workbook", lambda: workbook(["account"], ["x" * 200_000], ["Borealis"]), rows=2),
    Hostile("a giant header", lambda: b"account," + b"e" * 300_000 + b"\nAcme,1\n", rows=1),
    Hostile(
        "the same header again and again",
        lambda: b"account" + b",account" * 400 + b"\nAcme" + b",x" * 400 + b"\n",
        rows=1,
    ),
    Hostile("ragged rows", lambda: b"account,employees\nAcme\nBorealis,1,2,3\n,\n", rows=3),
    Hostile("ragged rows in a workbook", lambda: workbook(["account"], ["Acme", 1], ["Borealis"]), rows=2),
    Hostile("bytes of no encoding", lambda: b"account,employees\n\xff\xfe\xfd\x81\x8d,4\nZo\xeb,5\n", rows=2),
    Hostile("half a character at the end", lambda: "account\nZoë".encode()[:-1], rows=1),
    Hostile("an odd UTF-16 file", lambda: "account\nAcme\n".encode("utf-16")[:-1], rows=1),
    Hostile("control characters", lambda: b"account,employees\nAc\x07\x1b[31mme,4\n\x1f,5\n", rows=2),
    Hostile("marks of direction", lambda: "account,employees\n\u202eemcA\u202c,4\n\u200fBorealis,5\n".encode(), rows=2),
    Hostile(
        "marks of order inside", lambda: "\ufeffaccount,employees\n\ufeffAcme,4\nBor\ufeffealis,5\n".encode(), rows=2
    ),
    Hostile("mixed line ends", lambda: b"account,employees\rAcme,4\r\nBorealis,5\nCondor,6\r\r\n", rows=3),
    Hostile("formulas", lambda: b"account,employees\n=1+1,4\n\"=cmd|'/c calc'!A1\",5\n@SUM(1),6\n", rows=3),
    Hostile("formulas in a workbook", cells('<c t="str"><f>HYPERLINK("http://x.example")</f><v>Acme</v></c>'), rows=1),
    Hostile("a formula without its result", cells("<c><f>1+1</f></c>", "<c><v>5</v></c>"), rows=1),
    Hostile("macros", lambda: workbook(*ROWS, **{"xl/vbaProject.bin": "Sub AutoOpen()"}), rows=2),
    Hostile("names that lead outside, and a link", odd_members, rows=2),
    Hostile("words behind the workbook", lambda: workbook(*ROWS) + b"\0" * 1_000, rows=2),
    Hostile("words before the workbook's end", lambda: b"PK\x03\x04" + workbook(*ROWS), rows=2),
    Hostile("a sheet named like a formula", lambda: zipped(parts_of({"=1+1|'../x'": table(*ROWS)})), rows=2),
    Hostile("dates before the calendar", cells('<c s="1"><v>-700000</v></c>', '<c s="1"><v>60</v></c>'), rows=1),
    Hostile("numbers that are none", cells('<c t="str"><v>Acme</v></c>', "<c><v>NaN</v></c>"), rows=1),
    Hostile("the greatest numbers", cells('<c t="str"><v>Acme</v></c>', "<c><v>1e308</v></c>"), rows=1),
    Hostile(
        "numbers in words", lambda: b"account,employees\nAcme,1e308\nBorealis,inf\nCondor,-0\nDelta,\xd9\xa3\n", rows=4
    ),
    Hostile("errors for values", cells('<c t="e"><v>#REF!</v></c>', '<c t="e"><v>#DIV/0!</v></c>'), rows=1),
    Hostile(
        "a stray cell far below", lambda: workbook(**{SHEET: sheet(row(1, "account") + row(1_048_576, "Acme"))}), rows=1
    ),
    Hostile(
        "rows that go backwards",
        lambda: workbook(**{SHEET: sheet(row(9, "account") + row(2, "Acme") + row(2, "Bo"))}),
        rows=2,
    ),
    Hostile(
        "a namespace of its own",
        lambda: workbook(
            **{SHEET: table(*ROWS).replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")}
        ),
        rows=2,
    ),
    Hostile(
        "a comment without end in every cell", cells('<c t="str"><v>A<!-- ' + "x" * 90_000 + " -->cme</v></c>"), rows=1
    ),
    Hostile(
        "thousands of attributes",
        lambda: workbook(
            **{
                SHEET: table(*ROWS).replace(
                    "<sheetData", "<sheetData " + " ".join(f'a{n}="1"' for n in range(20_000)), 1
                )
            }
        ),
        rows=2,
    ),
    Hostile(
        "a relation of every kind",
        replaced(
            "xl/_rels/workbook.xml.rels",
            "</Relationships>",
            f'<Relationship Id="e" Type="{LINKS}/externalLink" Target="file:///etc/passwd" TargetMode="External"/>'
            "</Relationships>",
        ),
        rows=2,
    ),
    Hostile(
        "five hundred columns",
        lambda: zipped(parts_of({"A": sheet(row(1, "account", *letters_of(499)) + row(2, "Acme"))})),
        rows=1,
    ),
    Hostile("packed in many parts", lambda: gzip.compress(CSV[:20]) + gzip.compress(CSV[20:]) + b"\0" * 512, rows=2),
)


def letters_of(count: int) -> list[str]:
    return [letters(position) for position in range(1, count + 1)]
