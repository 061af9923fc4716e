"""People out of pasted text: nobody is invented, nobody is lost without a word."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.committee.paste import LONGEST_LINE, MOST_CHARACTERS, MOST_PEOPLE, read_people
from abmhub.committee.scraps import LONGEST, Pasted

DANA = {"name": "Dana Whitfield", "title": "CFO"}
IVO = {"name": "Ivo Petrov", "title": "COO"}
WITH_EMAIL = DANA | {"email": "dana@acme.example"}

LINES = [
    ("Dana Whitfield", {"name": "Dana Whitfield"}),
    ("Dana Whitfield, CFO", DANA),
    ("  Dana   Whitfield ,  CFO  ", DANA),
    ("Dana Whitfield - CFO", DANA),
    ("Dana Whitfield – CFO", DANA),
    ("Dana Whitfield — CFO", DANA),
    ("Dana Whitfield | CFO", DANA),
    ("Dana Whitfield; CFO", DANA),
    ("Dana Whitfield · CFO", DANA),
    ("Dana Whitfield (CFO)", DANA),
    ("Dana Whitfield: CFO", DANA),
    ("CFO: Dana Whitfield", DANA),
    ("CFO - Dana Whitfield", DANA),
    ("Dana Whitfield CFO", DANA),
    ("- Dana Whitfield, CFO", DANA),
    ("• Dana Whitfield, CFO", DANA),
    ("12. Dana Whitfield, CFO", DANA),
    ("3) Dana Whitfield, CFO", DANA),
    ("Dana Whitfield, CFO, dana@acme.example", WITH_EMAIL),
    ("Dana Whitfield - CFO - dana@acme.example", WITH_EMAIL),
    ("dana@acme.example; Dana Whitfield; CFO", WITH_EMAIL),
    ("Dana Whitfield, CFO, mailto:dana@acme.example", WITH_EMAIL),
    ("Dana Whitfield, CFO, Email: dana@acme.example", WITH_EMAIL),
    ("Dana Whitfield <dana@acme.example>", {"name": "Dana Whitfield", "email": "dana@acme.example"}),
    ('"Dana Whitfield" <dana@acme.example>', {"name": "Dana Whitfield", "email": "dana@acme.example"}),
    ("Dana Whitfield\tCFO\tdana@acme.example", WITH_EMAIL),
    ("CFO\tDana Whitfield", DANA),
    ("Dana\tWhitfield\tCFO", DANA),
    ("Dana\tWhitfield", {"name": "Dana Whitfield"}),
    ("Dana Whitfield\tCFO\tAcme Robotics", DANA | {"company": "Acme Robotics"}),
    ("Dana Whitfield | CFO | Acme Robotics", DANA | {"company": "Acme Robotics"}),
    ("Dana Whitfield, CFO at Acme Robotics", DANA | {"company": "Acme Robotics"}),
    ("Dana Whitfield, CFO @ Acme Robotics", DANA | {"company": "Acme Robotics"}),
    ("Dana Whitfield at Acme Robotics", {"name": "Dana Whitfield", "title": "at Acme Robotics"}),
    ("Dana Whitfield, VP, Sales", {"name": "Dana Whitfield", "title": "VP, Sales"}),
    ("Dana Whitfield Chief Financial Officer", {"name": "Dana Whitfield", "title": "Chief Financial Officer"}),
    ("Dana Whitfield, PhD, CFO", DANA | {"unread": ("PhD",)}),
    ("Dana Whitfield, CFO, +1 555 123 4567", DANA | {"phone": "+1 555 123 4567"}),
    ("Dana Whitfield, CFO, (555) 123-4567", DANA | {"phone": "(555) 123-4567"}),
    ("Dana Whitfield | CFO | Mob: 0171 1234567", DANA | {"mobile": "0171 1234567"}),
    ("Dana Whitfield | CFO | Fax: 030 1234567", DANA | {"unread": ("030 1234567",)}),
    ("Dana Whitfield, CFO, www.acme.example", DANA | {"url": "www.acme.example"}),
    ("Dana Whitfield, CFO 2019-2021", {"name": "Dana Whitfield", "title": "CFO 2019-2021"}),
    ("Whitfield, Dana; CFO", DANA),
    ("Madonna, Director", {"name": "Madonna", "title": "Director"}),
    ("Jean-Luc O'Neill - Directeur financier", {"name": "Jean-Luc O'Neill", "title": "Directeur financier"}),
    ("Jörg Müller, Leiter Einkauf bei Acme", {"name": "Jörg Müller", "title": "Leiter Einkauf", "company": "Acme"}),
    ("王小明, 採購經理", {"name": "王小明", "title": "採購經理"}),
    ("王小明，採購經理", {"name": "王小明", "title": "採購經理"}),
    ("أحمد علي، مدير المشتريات", {"name": "أحمد علي", "title": "مدير المشتريات"}),
    ("\ufeffDana Whitfield, CFO", DANA),
    ("Dana\u00a0Whitfield, CFO", DANA),
    ("\u200eDana Whitfield\u200f, CFO", DANA),
    ("Dana Whitfield\0, CFO", DANA),
]


def told(person: Pasted | None) -> dict[str, object]:
    """What is known of the person."""
    assert person is not None
    return {name: value for name, value in vars(person).items() if value}


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_a_line_is_a_person(line: str, expected: dict[str, object]) -> None:
    found = read_people(line)
    assert [told(person) for person in found.people] == [expected]
    assert found.unread == ()


@pytest.mark.parametrize(
    "line",
    [
        "dana@acme.example",
        "+1 555 123 4567",
        "Buying committee:",
        "Please find below the list of the people that we should talk to.",
        "12345",
        "-----",
        "https://acme.example/team",
    ],
)
def test_a_line_without_a_name_is_told(line: str) -> None:
    found = read_people(f"{line}\nDana Whitfield, CFO")
    assert [person.name for person in found.people if person.name != "Dana Whitfield"] == []
    assert found.unread == (line,) or line in " ".join(found.people[0].unread) or line in vars(found.people[0]).values()


@pytest.mark.parametrize(
    "text",
    [
        "Name\tTitle\nDana Whitfield\tCFO\nIvo Petrov\tCOO",
        "Full Name;Job title\nDana Whitfield;CFO\nIvo Petrov;COO",
        "name,title\nDana Whitfield,CFO\nIvo Petrov,COO",
        "First name\tLast name\tPosition\nDana\tWhitfield\tCFO\nIvo\tPetrov\tCOO",
        "Last Name,First Name,Title\nWhitfield,Dana,CFO\nPetrov,Ivo,COO",
        "Nachname;Vorname;Funktion\nWhitfield;Dana;CFO\nPetrov;Ivo;COO",
        "姓名\t職稱\nDana Whitfield\tCFO\nIvo Petrov\tCOO",
        "Dana Whitfield\tCFO\nIvo Petrov\tCOO",
        "Dana Whitfield, CFO\r\n\r\nIvo Petrov, COO\r\n",
        'name,title\n"Dana Whitfield","CFO"\nIvo Petrov,COO',
        "1. Dana Whitfield, CFO\n2. Ivo Petrov, COO",
        "Dana Whitfield\n· 2nd\nCFO\nConnect\nIvo Petrov\n· 3rd+\nCOO\nMessage",
        "Dana Whitfield · 2nd\nCFO\nIvo Petrov · 3rd+\nCOO",
        (
            "View Dana Whitfield’s profile\nDana Whitfield\n2nd degree connection\n · 2nd\nCFO\nFollow\n"
            "Status is offline\nIvo Petrov\nIvo Petrov\n· 1st\nCOO\n12 mutual connections"
        ),
    ],
)
def test_two_people_in_many_layouts(text: str) -> None:
    assert [told(person) for person in read_people(text).people] == [DANA, IVO]


def test_several_addressees_of_a_mail_are_several_people() -> None:
    found = read_people("Dana Whitfield <dana@acme.example>; Ivo Petrov <ivo@acme.example>")
    assert [(person.name, person.email) for person in found.people] == [
        ("Dana Whitfield", "dana@acme.example"),
        ("Ivo Petrov", "ivo@acme.example"),
    ]


def test_a_column_or_an_email_that_cannot_be_used_is_told() -> None:
    found = read_people("Name\tEmail\tShoe size\nDana Whitfield\tdana at acme\t38\n\tivo@acme.example\t44")
    assert [told(person) for person in found.people] == [{"name": "Dana Whitfield", "unread": ("dana at acme",)}]
    assert found.unread == ("Column Shoe size", "ivo@acme.example 44")


def test_a_quote_that_nobody_closes_spoils_no_other_line() -> None:
    found = read_people('name,title\nDana "D Whitfield,"CFO\nIvo Petrov,COO')
    assert told(found.people[-1]) == IVO


def test_a_place_in_search_results_is_told_and_not_used() -> None:
    [dana] = read_people("Dana Whitfield\n· 2nd\nCFO at Acme Robotics\nGreater Boston").people
    assert told(dana) == DANA | {"company": "Acme Robotics", "unread": ("Greater Boston",)}


SIGNATURES = [
    (
        (
            "Best regards,\n\nDana Whitfield\nChief Financial Officer\nAcme Robotics Inc.\n\n"
            "T: +1 (555) 123-4567 | M: +1 555 987 6543\ndana@acme.example | www.acme.example\n12 Main Street, Boston"
        ),
        {
            "name": "Dana Whitfield",
            "title": "Chief Financial Officer",
            "company": "Acme Robotics Inc.",
            "phone": "+1 (555) 123-4567",
            "mobile": "+1 555 987 6543",
            "email": "dana@acme.example",
            "url": "www.acme.example",
            "unread": ("12 Main Street, Boston",),
        },
    ),
    (
        (
            "Mit freundlichen Grüßen\nJörg Müller\nLeiter Einkauf\nTel.: +49 30 123456\nMobil: +49 171 1234567\n"
            "E-Mail: j.mueller@firma.example\nfirma.example"
        ),
        {
            "name": "Jörg Müller",
            "title": "Leiter Einkauf",
            "phone": "+49 30 123456",
            "mobile": "+49 171 1234567",
            "email": "j.mueller@firma.example",
            "url": "firma.example",
        },
    ),
    (
        "Cordialement,\nÉlodie Martin\nDirectrice des achats\nTél : +33 1 23 45 67 89\nPortable : 06 12 34 56 78",
        {
            "name": "Élodie Martin",
            "title": "Directrice des achats",
            "phone": "+33 1 23 45 67 89",
            "mobile": "06 12 34 56 78",
        },
    ),
    (
        "Saludos,\nMaría Gómez\nDirectora de Operaciones\nTeléfono: +34 912 345 678\nmaria@firma.example",
        {
            "name": "María Gómez",
            "title": "Directora de Operaciones",
            "phone": "+34 912 345 678",
            "email": "maria@firma.example",
        },
    ),
    (
        "王小明\n採購經理\n電話：+886 2 2345 6789\n手機：0912 345 678\nwang@firma.example",
        {
            "name": "王小明",
            "title": "採購經理",
            "phone": "+886 2 2345 6789",
            "mobile": "0912 345 678",
            "email": "wang@firma.example",
        },
    ),
    (
        "Dana Whitfield | CFO\nAcme Robotics Ltd\no: 020 7946 0018\nm: 07700 900123\nf: 020 7946 0019",
        DANA
        | {
            "company": "Acme Robotics Ltd",
            "phone": "020 7946 0018",
            "mobile": "07700 900123",
            "unread": ("020 7946 0019",),
        },
    ),
    ("--\nDana Whitfield, CFO\n+1 555 123 4567 x 89", DANA | {"phone": "+1 555 123 4567 x 89"}),
    ("Dana Whitfield\nCFO at Acme\ndana@acme.example\nSent from my iPhone", WITH_EMAIL | {"company": "Acme"}),
    ("Dana Whitfield\nCFO\nlinkedin.com/in/dana", DANA | {"url": "linkedin.com/in/dana"}),
]


@pytest.mark.parametrize(("text", "expected"), SIGNATURES)
def test_a_signature_is_one_person(text: str, expected: dict[str, object]) -> None:
    assert [told(person) for person in read_people(text).people] == [expected]


def test_a_signature_without_a_name_is_nobody() -> None:
    assert read_people("Kind regards\ndana@acme.example\n+1 555 123 4567").people == ()


def test_two_signatures_are_two_people() -> None:
    found = read_people("Dana Whitfield\nCFO\ndana@acme.example\n\nIvo Petrov\nCOO\nivo@acme.example")
    assert [told(person) for person in found.people] == [WITH_EMAIL, IVO | {"email": "ivo@acme.example"}]


def test_cards_below_each_other_need_no_empty_line() -> None:
    found = read_people("Dana Whitfield\nCFO\ndana@acme.example\nIvo Petrov\nCOO\nivo@acme.example")
    assert [person.name for person in found.people] == ["Dana Whitfield", "Ivo Petrov"]


def test_a_number_on_its_own_line_does_not_make_a_list_one_signature() -> None:
    found = read_people("Dana Whitfield, CFO\nIvo Petrov - COO\n+1 555 123 4567")
    assert [told(person) for person in found.people] == [DANA, IVO]
    assert found.unread == ("+1 555 123 4567",)


def test_nothing_is_nobody() -> None:
    assert read_people("").people == read_people(" \n\t\n ").people == ()


def test_too_much_is_cut_and_said() -> None:
    assert read_people("Dana Whitfield\n" * (MOST_PEOPLE + 1)).is_cut
    assert len(read_people("Dana Whitfield\n" * 5000).people) == MOST_PEOPLE
    assert read_people("x" * (MOST_CHARACTERS + 1)).is_cut
    assert read_people("y" * (LONGEST_LINE + 1) + "\nDana Whitfield, CFO").is_cut


@pytest.mark.parametrize(
    "filling", ["a@", "1 2 ", "(", "a.", "- ", ",", "; ", "tel", "<a", "www.", "\t", "· 2nd ", '"']
)
def test_hostile_repetition_is_read_in_linear_time(filling: str) -> None:
    """A pattern that went back and forth over the text would not come to an end."""
    read_people(("Dana " + filling * (LONGEST_LINE // len(filling)))[:LONGEST_LINE] + "\n" + filling * 20_000)


def squeezed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


pasted = st.text(
    st.one_of(st.sampled_from(list("Dana Whitfield,;|\t\n@.-·:()<>\"'1234567890+CFOatm ")), st.characters()),
    max_size=300,
)


@given(pasted)
def test_it_never_fails_and_never_invents(text: str) -> None:
    """Each word of each value stands in the text, and each value fits its column."""
    found = read_people(text)
    words = squeezed(text)
    for person in found.people:
        for name, value in told(person).items():
            if name != "unread":
                assert all(squeezed(word) in words for word in str(value).split())
                assert len(str(value)) <= LONGEST[name]
                assert "\0" not in str(value)


@given(
    st.lists(st.sampled_from(["Dana Whitfield, CFO", "Ivo Petrov - COO", "Tara Singh", "A list:", "???"]), max_size=20)
)
def test_every_line_is_a_person_or_told(lines: list[str]) -> None:
    found = read_people("\n".join(lines))
    assert len(found.people) + len(found.unread) == len(lines)
