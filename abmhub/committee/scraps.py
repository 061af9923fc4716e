"""What a scrap of text says of a person: address, number, page, name, title. For `paste`; nothing is invented."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

LONGEST = {"name": 150, "title": 200, "email": 254, "phone": 40, "mobile": 40, "company": 200, "url": 300}
MOST_WORDS_OF_A_NAME = 7
MOST_WORDS_OF_A_LINE = 40
FEWEST_DIGITS, MOST_DIGITS = 7, 15

EMAIL = re.compile(r"(?:mailto:)?([\w.%+'-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,180}\.[A-Za-z]{2,24})", re.IGNORECASE)
URL = re.compile(
    r"(?:https?://|www\.)[^\s<>|,;]{3,280}|\b(?:[a-z]{2,3}\.)?linkedin\.com/[^\s<>|,;]{2,200}"
    # A bare domain is one only alone on its line or after its label: titles such as "ASP.NET" are none.
    r"|^[a-z0-9][a-z0-9-]{0,60}(?:\.[a-z0-9-]{1,60}){0,3}\.[a-z]{2,12}(?:/\S{0,200})?$",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"(?<![\w.])(?:\+|00)?\(?\d[\d().\-/ \u2010-\u2013]{5,28}\d(?:\s?(?:x|ext\.?)\s?\d{1,5})?(?!\w)", re.IGNORECASE
)
YEARS = re.compile(r"(?:19|20)\d\d\s?[-\u2013/]\s?(?:19|20)\d\d")
LABEL = re.compile(r"(?<!\w)([^\W\d_][^\W\d_-]{0,11}(?:-[^\W\d_]{1,8})?)\s?[.:：]{0,2}\s?\(?$")
BULLET = re.compile(r"^(?:[-*•·‣▪–—]|\d{1,3}[.)])\s+")
BETWEEN = re.compile(r"\s*[|;；•]\s*|\s+[-–—·]\s+|\s*[:：]\s+|\t")
COMMA = re.compile(r"\s*[,،，、]\s*")
SEPARATORS = re.compile(r"(\s+[-–—·]\s+|[|;；•,،，、\t])")
IN_BRACKETS = re.compile(r"^(.{2,150}?)\s*[(\[]([^()\[\]]{2,200})[)\]]$")
WORKS_AT = re.compile(r"\s+(?:at|@|bei|chez)\s+", re.IGNORECASE)
EMPTY_BRACKETS = re.compile(r"<\s*>|\(\s*\)|\[\s*\]|\"")

_WORDS = tomllib.loads((Path(__file__).parent / "paste.toml").read_text(encoding="utf-8"))


def words_for(table: str, key: str) -> frozenset[str]:
    return frozenset(_WORDS[table][key].split())


def headings() -> dict[str, str]:
    """The field of a person by the heading of a column."""
    return {word: field for field, words in _WORDS["headings"].items() for word in words.split(", ")}


def noise(kind: str) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(_WORDS['noise'][kind])})[,.!]?", re.IGNORECASE)


PHONE_LABELS = words_for("labels", "phone")
MOBILE_LABELS = words_for("labels", "mobile")
OTHER_LABELS = words_for("labels", "other")
LABELS = PHONE_LABELS | MOBILE_LABELS | OTHER_LABELS
MEANINGFUL_LABELS = words_for("labels", "meaningful")
TITLE_WORDS = words_for("titles", "words")
UNPARTED_TITLE_WORDS = words_for("titles", "unparted")
LETTERS_AFTER = words_for("titles", "letters_after_a_name")


@dataclass(frozen=True)
class Pasted:
    """Somebody found in pasted text, in its own words; `unread` is what stood beside and nobody could use."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    company: str = ""
    url: str = ""
    unread: tuple[str, ...] = ()


@dataclass
class Details:
    """What is certain in a line (addresses and numbers), and the words that are left of it."""

    rest: str
    email: str = ""
    phone: str = ""
    mobile: str = ""
    url: str = ""
    unread: tuple[str, ...] = ()

    @property
    def found_any(self) -> bool:
        return bool(self.email or self.phone or self.mobile or self.url)


def details_of(line: str) -> Details:
    """Take address, numbers and page out of a line; separators stay where they stood."""
    found = Details(BULLET.sub("", line.strip()))
    _take_email(found)
    _take_url(found)
    _take_numbers(found)
    found.rest = EMPTY_BRACKETS.sub(" ", found.rest)
    found.rest = "".join(_without_label(part) for part in SEPARATORS.split(found.rest)).strip()
    return found


def _take_email(found: Details) -> None:
    for match in EMAIL.finditer(found.rest):
        if not found.email:
            found.email = match[1]
        elif match[1].casefold() != found.email.casefold():
            found.unread += (match[1],)
    found.rest = EMAIL.sub(" ", found.rest)


def _take_url(found: Details) -> None:
    bare = _without_label(found.rest).strip()
    match = URL.search(bare) or URL.search(found.rest)
    if match:
        found.url = match[0]
        found.rest = found.rest.replace(match[0], " ", 1)


def _take_numbers(found: Details) -> None:
    """Each number with the label before it; a fax is left."""
    kept, end = "", 0
    for match in NUMBER.finditer(found.rest):
        number = match[0].strip()
        digits = sum(character.isdigit() for character in number)
        if not FEWEST_DIGITS <= digits <= MOST_DIGITS or YEARS.fullmatch(number) or len(number) > LONGEST["phone"]:
            continue
        before = found.rest[end : match.start()]
        label = LABEL.search(before)
        word = label[1].casefold() if label and label[1].casefold() in LABELS else ""
        kept += before[: label.start()] if label and word else before
        end = match.end()
        _keep_number(found, number, word)
    found.rest = kept + found.rest[end:]


def _keep_number(found: Details, number: str, word: str) -> None:
    if word in OTHER_LABELS:
        found.unread += (number,)
    elif word in MOBILE_LABELS and not found.mobile:
        found.mobile = number
    elif not found.phone:
        found.phone = number
    elif not found.mobile and not word:
        found.mobile = number
    else:
        found.unread += (number,)


def _without_label(words: str) -> str:
    """The words without the label of an address that was taken out: "Email:" says nothing alone."""
    first, colon, rest = words.replace("：", ":").partition(":")
    if colon and first.strip(" .").casefold() in LABELS:
        return rest
    return "" if not colon and words.strip(" .").casefold() in LABELS - MEANINGFUL_LABELS else words


def is_title(text: str) -> bool:
    """Whether one of its words belongs to titles; Chinese and Japanese part no words."""
    parts = [word for part in text.split() for word in re.split(r"[/&-]", part.strip(".,()").casefold())]
    return any(word in TITLE_WORDS for word in parts) or any(word in text for word in UNPARTED_TITLE_WORDS)


def is_name(text: str) -> bool:
    """Whether it could be what somebody is called: letters, few words, no digits, no sentence."""
    if not 2 <= len(text) <= LONGEST["name"] or not any(character.isalpha() for character in text):
        return False
    if any(character.isdigit() or character in "@:/\\<>{}=#%&?!" for character in text):
        return False
    return len(text.split()) <= MOST_WORDS_OF_A_NAME


def is_sentence(text: str) -> bool:
    """Whether somebody is talking, rather than named."""
    words = len(text.split())
    return words > MOST_WORDS_OF_A_LINE or (words > MOST_WORDS_OF_A_NAME and text.endswith((".", "!", "?")))


def title_and_company(text: str) -> tuple[str, str]:
    """ "CFO at Acme" says both."""
    title, *company = WORKS_AT.split(text, maxsplit=1)
    return (title, company[0]) if company and title else (text, "")


def person_in(line: str) -> Pasted | None:
    """The person that one line tells of; None without a name."""
    found = details_of(line)
    parts = _parts(found.rest)
    unread = [part for part in parts if part.casefold().strip(".") in LETTERS_AFTER]
    parts = [part for part in parts if part not in unread]
    if len(parts) > 1 and is_title(parts[0]) and not is_title(parts[1]):
        parts[0], parts[1] = parts[1], parts[0]
    if not parts or not is_name(parts[0]) or is_sentence(line):
        return None
    title, company = title_and_company(parts[1]) if len(parts) > 1 else ("", "")
    if not company and len(parts) > 2:
        company = parts.pop(2)
    return bounded(
        parts[0],
        (*parts[2:], *unread, *found.unread),
        title=title,
        company=company,
        email=found.email,
        phone=found.phone,
        mobile=found.mobile,
        url=found.url,
    )


def pieces_of(rest: str) -> list[str]:
    """What stands between separators, without what frays its ends."""
    return [piece for part in BETWEEN.split(rest) if (piece := " ".join(part.split()).strip(" ,،，-–—·:："))]


def _parts(rest: str) -> list[str]:
    """Name first, then what stands between separators; a comma parts the name from the title, which may have more."""
    parts = pieces_of(rest)
    if not parts:
        return []
    if COMMA.search(parts[0]):
        parts[:1] = _at_commas(parts[0], has_more=len(parts) > 1)
    elif bracketed := IN_BRACKETS.match(parts[0]):
        parts[:1] = [bracketed[1], bracketed[2]]
    elif len(parts) == 1:
        parts = _before_title(parts[0])
    return [part for part in parts if part]


def _at_commas(text: str, *, has_more: bool) -> list[str]:
    pieces = COMMA.split(text)
    after = [piece for piece in pieces[1:] if piece.casefold().strip(".") in LETTERS_AFTER]
    told = [piece for piece in pieces if piece and piece not in after]
    if has_more and len(told) == 2 and not is_title(told[1]) and not is_title(told[0]):
        # "Whitfield, Dana; CFO": the family name stood first.
        return [f"{told[1]} {told[0]}", *after]
    if not told:
        return after
    return [told[0], text[text.index(told[1], len(told[0])) :].strip() if len(told) > 1 else "", *after]


def _before_title(text: str) -> list[str]:
    """ "Dana Whitfield Chief Financial Officer": the title begins at the first word that belongs to titles."""
    words = text.split(" ")
    for place in range(2, min(len(words), 5)):
        if is_title(words[place]) and not is_title(" ".join(words[:place])):
            return [" ".join(words[:place]), " ".join(words[place:])]
    named, *company = WORKS_AT.split(text, maxsplit=1)
    return [named, f"at {company[0]}"] if company and named and is_name(named) else [text]


def bounded(name: str, unread: tuple[str, ...] = (), /, **values: str) -> Pasted:
    """The person with values that fit; what is too long is among the unread."""
    values = {field: " ".join(value.split()) for field, value in values.items()}
    kept = {field: value for field, value in values.items() if len(value) <= LONGEST[field]}
    too_long = tuple(value[:80] for field, value in values.items() if field not in kept)
    return Pasted(name=" ".join(name.split()), unread=tuple(part for part in (*unread, *too_long) if part), **kept)
