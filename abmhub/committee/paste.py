"""People out of text that somebody copied: a list of names and titles, rows of a spreadsheet, search results
of a network, email signatures. Every word of what is found stands in the text; the rest is told, not guessed.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from abmhub.committee.scraps import (
    COMMA,
    EMAIL,
    LABELS,
    Pasted,
    bounded,
    details_of,
    headings,
    is_name,
    is_title,
    noise,
    person_in,
    pieces_of,
    title_and_company,
)

MOST_CHARACTERS = 50_000
MOST_LINES = 1_000
MOST_PEOPLE = 200
LONGEST_LINE = 1_000
LONGEST_TOLD = 120

# Control characters, marks of direction, spaces without width: told to nobody, and in the way.
_RANGES = (
    *((0, 8), (11, 31), (0x7F, 0x9F), (0x200B, 0x200B)),
    *((0x200E, 0x200F), (0x2028, 0x202E), (0x2060, 0x2069), (0xFEFF, 0xFEFF)),
)
_INVISIBLE = {code: " " for low, high in _RANGES for code in range(low, high + 1)}

HEADINGS = headings()
FIELDS = frozenset(HEADINGS.values())
CHATTER, CLOSING, COMPANY = noise("buttons_of_networks"), noise("closings_of_letters"), noise("companies")
DEGREE = re.compile(
    r"\s*[·•]?\s*(?:1st|2nd|3rd)\+?(?:[ -]degree.{0,30})?$|^[·•]\s?(?:1er|2e|2º|3e|3º)\+?$", re.IGNORECASE
)


@dataclass(frozen=True)
class Paste:
    """Who was found, in their order, and the lines of which nobody could be made."""

    people: tuple[Pasted, ...] = ()
    unread: tuple[str, ...] = ()
    is_cut: bool = False
    """Whether there was more than is read at once."""


def read_people(text: str) -> Paste:
    """Whoever the text tells of, in whichever of the known ways it is laid out."""
    lines, is_cut = _lines(text)
    if any(DEGREE.search(line) for line in lines):
        found = _search_results(lines)
    elif table := _headings(lines):
        found = _table(lines, *table)
    elif _has_cards(lines):
        found = _cards(lines)
    else:
        found = _one_a_line(lines)
    return Paste(found.people[:MOST_PEOPLE], found.unread, is_cut or len(found.people) > MOST_PEOPLE)


def _lines(text: str) -> tuple[list[str], bool]:
    """Bounded, without what nobody sees; tabs stay, for they part cells. Empty lines stay as such."""
    seen = text[:MOST_CHARACTERS].replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    every = ["\t".join(" ".join(cell.split()) for cell in line.split("\t")) for line in seen.split("\n")]
    kept = [line if line.strip("\t ") else "" for line in every[:MOST_LINES] if len(line) <= LONGEST_LINE]
    return kept, len(text) > MOST_CHARACTERS or len(kept) < len(every)


def _told(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line.replace("\t", " ").strip()[:LONGEST_TOLD] for line in lines if line.strip())


def _one_a_line(lines: list[str]) -> Paste:
    people, unread = [], []
    for line in chain.from_iterable(map(_addressees, lines)):
        found = _row(line) if "\t" in line else None if line.endswith(":") else person_in(line)
        if found:
            people.append(found)
        else:
            unread.append(line)
    return Paste(tuple(people), _told(unread))


def _addressees(line: str) -> list[str]:
    """The people of "Dana <d@acme.com>; Ivo <i@acme.com>" one by one; any other line as it is."""
    for separator in (";", ","):
        parts = [part for part in line.split(separator) if part.strip()]
        if len(parts) > 1 and all(EMAIL.search(part) for part in parts):
            return parts
    return [line]


def _row(line: str) -> Pasted | None:
    """Cells without a heading: addresses and numbers tell themselves, the words stand in their usual order."""
    found = details_of(line)
    words = [cell.strip(" ,") for cell in found.rest.split("\t") if cell.strip(" ,")]
    if len(words) < 2:
        return person_in(line)
    if _are_first_and_last(words):
        words = [f"{words[0]} {words[1]}", *words[2:], ""]
    if is_title(words[0]) and not is_title(words[1]):
        words[0], words[1] = words[1], words[0]
    if not is_name(words[0]):
        return None
    title, company = title_and_company(words[1])
    if not company and len(words) > 2:
        company = words.pop(2)
    values = {name: getattr(found, name) for name in ("email", "phone", "mobile", "url")}
    return bounded(words[0], (*words[2:], *found.unread), title=title, company=company, **values)


def _are_first_and_last(words: list[str]) -> bool:
    first, last, *others = words
    are_single = not any(" " in word or is_title(word) or "," in word for word in (first, last))
    return are_single and is_name(first) and is_name(last) and (not others or is_title(others[0]))


def _headings(lines: list[str]) -> tuple[str, list[str]] | None:
    """What parts the cells and what the columns are, when the first line names two columns that we know."""
    first = next((line for line in lines if line), "")
    for separator in ("\t", ";", ",", "|"):
        cells = [cell.strip(' ":') for cell in first.split(separator)]
        columns = [HEADINGS.get(cell.casefold(), cell) for cell in cells]
        known = [column for column in columns if column in FIELDS]
        if len(known) > 1 and {"name", "first", "last"} & set(known):
            return separator, columns
    return None


def _table(lines: list[str], separator: str, columns: list[str]) -> Paste:
    people, unread = [], [f"Column {column}" for column in columns if column and column not in FIELDS]
    rows = [line for line in lines if line][1:]
    for line in rows:
        cells = _cells(line, separator)
        values: dict[str, str] = {}
        for column, cell in zip(columns, cells, strict=False):
            if column in FIELDS:
                values.setdefault(column, cell.strip())
        name = " ".join(filter(None, [values.pop("first", ""), values.pop("last", "")]))
        name = values.pop("name", "") or name
        if is_name(name):
            people.append(_checked(bounded(name, **values)))
        else:
            unread.append(line)
    return Paste(tuple(people), _told(unread))


def _cells(line: str, separator: str) -> list[str]:
    """Each line alone: a quote that nobody closes then spoils no other. Spreadsheets quote nothing they copy."""
    if separator == "\t":
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator))


def _checked(person: Pasted) -> Pasted:
    """Without an email that is none, which stays among the unread."""
    if not person.email:
        return person
    email = details_of(person.email).email
    return person if email == person.email else replace(person, email=email, unread=(*person.unread, person.email))


def _search_results(lines: list[str]) -> Paste:
    """Blocks as a network shows them: the name, how near the person is, the headline, the place."""
    told = _without_chatter(lines)
    marks = [place for place, line in enumerate(told) if DEGREE.search(line)]
    # Where the block of each mark begins: on its own line if the name stands there, else on the line before.
    starts = [place if DEGREE.sub("", told[place]).strip(" ·•") else place - 1 for place in marks]
    people, unread = [], list(told[: max(starts[0], 0)])
    for number, (start, mark) in enumerate(zip(starts, marks, strict=True)):
        end = starts[number + 1] if number + 1 < len(starts) else len(told)
        name = DEGREE.sub("", told[start]).strip(" ·•") if start >= 0 else ""
        about = [line for line in told[mark + 1 : end] if line != name]
        if not is_name(name):
            unread += [line for line in (name, *about) if line]
            continue
        headline, *others = about or [""]
        title, company = title_and_company(headline)
        people.append(bounded(name, _told(others), title=title, company=company))
    return Paste(tuple(people), _told(unread))


def _without_chatter(lines: list[str]) -> list[str]:
    """Without buttons and what is said twice."""
    told: list[str] = []
    for line in lines:
        line = line.strip()
        is_second_mark = bool(told) and DEGREE.fullmatch(line) and DEGREE.search(told[-1])
        if not line or CHATTER.fullmatch(line) or is_second_mark or (told and told[-1] == line):
            continue
        told.append(line)
    return told


def _has_cards(lines: list[str]) -> bool:
    """Whether addresses and numbers stand on lines of their own, as under a mail: no fewer of them than lines
    that tell of a whole person."""
    alone = sum(1 for line in lines if "\t" not in line and _is_contact_line(line))
    whole = sum(1 for line in lines if (person := person_in(line)) and is_title(person.title))
    return alone > 0 and alone >= whole


def _is_contact_line(line: str) -> bool:
    found = details_of(line)
    return found.found_any and not any(part.strip(".") for part in pieces_of(found.rest))


def _cards(lines: list[str]) -> Paste:
    """One signature, or several parted by empty lines or by a name after the addresses of another."""
    people, unread = [], []
    for block in _blocks(lines):
        person = _card(block)
        if person:
            people.append(person)
        else:
            unread += block
    return Paste(tuple(people), _told(unread))


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    emails = {found.email.casefold() for line in lines if (found := details_of(line)).email}
    if len(emails) < 2:
        yield lines
        return
    block: list[str] = []
    has_email = False
    for line in lines:
        email = details_of(line).email
        is_next = bool(email and has_email) or bool(block and has_email and line and not _is_contact_line(line))
        if (not line or (is_next and is_name(_rest(line)))) and block and has_email:
            yield block
            block, has_email = [], False
        if line:
            block.append(line)
            has_email = has_email or bool(email)
    if block:
        yield block


def _rest(line: str) -> str:
    return details_of(line).rest


def _card(lines: Iterable[str]) -> Pasted | None:
    """Name, title and company in their usual order, whatever else is told of the person beside them."""
    values = {"email": "", "phone": "", "mobile": "", "url": ""}
    words: list[str] = []
    unread: list[str] = []
    for line in lines:
        if CLOSING.fullmatch(line):
            continue
        found = details_of(line)
        unread += found.unread
        for field in values:
            value = getattr(found, field)
            if value and values[field] and value != values[field]:
                unread.append(value)
            values[field] = values[field] or value
        words += _words_of(found.rest)
    return _named(words, values, unread)


def _words_of(rest: str) -> list[str]:
    """The parts of a line; "Dana Whitfield, CFO" is two of them."""
    told: list[str] = []
    for part in pieces_of(rest):
        before, *after = COMMA.split(part, maxsplit=1)
        is_both = after and is_name(before) and not is_title(before) and is_title(after[0])
        told += [before, *after] if is_both else [part]
    return [part for part in told if part.casefold().strip(".") not in LABELS]


def _named(words: list[str], values: dict[str, str], unread: list[str]) -> Pasted | None:
    name = next((part for part in words if is_name(part) and not is_title(part) and not COMPANY.search(part)), "")
    if not name:
        return None
    words = [part for part in words if part != name]
    title = next((part for part in words if is_title(part)), "")
    words = [part for part in words if part != title]
    title, company = title_and_company(title)
    if not company:
        places = (part for part in words if COMPANY.search(part))
        company = next(places, next((part for part in words[:1] if is_name(part)), ""))
        words = [part for part in words if part != company]
    return bounded(name, (*_told(words), *_told(unread)), title=title, company=company, **values)
