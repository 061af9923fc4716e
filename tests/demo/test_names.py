"""Names that are made up: plausible, unique, nobody's."""

import re
from pathlib import Path

from abmhub.demo.dice import dice
from abmhub.demo.names import CompanyNames, countries, person, plain
from abmhub.demo.people import SignIn, keep, pronounceable
from abmhub.demo.words import sections


def test_a_large_market_has_no_two_companies_of_one_name_or_domain() -> None:
    throw = dice(1, "names")
    names = CompanyNames(throw)
    places = countries()
    made = set()
    for number in range(30_000):
        place = places[number % len(places)]
        name, _ = names.next(place, "software", throw.pick(place.cities))
        made.add((name.casefold(), names.domain(name, place)))
    assert len({name for name, _ in made}) == len({domain for _, domain in made}) == 30_000


def test_every_country_has_names_for_companies_and_people() -> None:
    throw = dice(1, "names")
    names = CompanyNames(throw)
    for place in countries():
        name, stem = names.next(place, "logistics", place.cities[0])
        assert stem in name
        assert re.fullmatch(r"[a-z-]+\.[a-z-]+", person(throw, place.culture).mailbox)


def test_letters_of_other_alphabets_become_plain() -> None:
    assert plain("Łukasz Søndergård-Müller & O'Neill, Şti.") == "lukasz-sondergaard-mueller-oneill-sti"


def test_nobody_is_named_after_a_brand_we_know() -> None:
    throw = dice(2, "names")
    names = CompanyNames(throw)
    never = {name.casefold() for name in sections("companies")["never"]}
    for place in countries():
        for _ in range(200):
            _, stem = names.next(place, "finance", place.cities[0])
            assert stem.casefold() not in never


def test_passwords_can_be_read_out_and_are_never_the_same() -> None:
    words = {pronounceable() for _ in range(200)}
    assert len(words) == 200
    assert all(re.fullmatch(r"([bdfghjklmnprstvz][aeiou]){3}-(\w\w){3}-(\w\w){2}-\d\d", word) for word in words)


def test_a_second_file_of_sign_ins_replaces_the_first(tmp_path: Path) -> None:
    file = tmp_path / "sign-ins.txt"
    keep([SignIn("admin", "a@larkfield.example", "one")], file)
    keep([SignIn("admin", "a@larkfield.example", "two")], file)
    assert file.read_text() == "admin\ta@larkfield.example\ttwo\n"
    assert file.stat().st_mode & 0o777 == 0o600
