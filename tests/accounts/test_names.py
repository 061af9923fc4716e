"""Two ways of writing a company's name are one; two companies stay two."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abmhub.accounts.names import normalized


@pytest.mark.parametrize(
    "written",
    [
        "Acme",
        "ACME Corp.",
        "Acme Corporation",
        " acme,  inc. ",
        "Acmé S.A.",
        "Acme GmbH & Co. KG",
        "Acme Sp. z o.o.",
        "Acme B.V.",
    ],
)
def test_case_accents_blanks_and_legal_form_make_no_difference(written: str) -> None:
    assert normalized(written) == "acme"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("AT&T Inc.", "at&t"),
        ("I.B.M. Corp", "ibm"),
        ("Coca-Cola", "coca-cola"),
        ("Y-corporation", "y-corporation"),
        ("Straße & Söhne AG", "strasse & sohne"),
        ("北京科技有限公司", "北京科技"),
        ("株式会社日立", "日立"),
        ("شركة النور", "النور"),
        ("S.A.", "sa"),
        ("Co", "co"),
        ("—", "—"),
    ],
)
def test_what_is_left_is_the_name(written: str, name: str) -> None:
    assert normalized(written) == name


def test_a_legal_form_inside_a_name_belongs_to_it() -> None:
    assert normalized("Company of Heroes") == "company of heroes"
    assert normalized("Inc Magazine") == "inc magazine"


@given(st.text(max_size=250))
@example("Acme Co. Ltd. Inc.")
@example("a" * 198 + " co")
def test_doing_it_twice_changes_nothing(written: str) -> None:
    once = normalized(written)
    assert normalized(once) == once
    assert len(once) <= 200


@given(st.text(min_size=1).filter(str.strip))
def test_no_name_is_lost(written: str) -> None:
    assert normalized(written)
