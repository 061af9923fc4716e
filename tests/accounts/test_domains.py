"""The registrable domain of a company, and the domains that identify nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from abmhub.accounts.domains import identifies_a_company, registrable


@pytest.mark.parametrize(
    ("written", "domain"),
    [
        ("example.com", "example.com"),
        ("WWW.Example.COM", "example.com"),
        ("https://www.shop.example.co.uk/de?x=1#top", "example.co.uk"),
        ("http://user:secret@example.com:8080/", "example.com"),
        ("//cdn.example.com/logo.png", "example.com"),
        ("EXAMPLE.COM:8080", "example.com"),
        ("bob@mail.example.com", "example.com"),
        ("mailto:bob@example.com", "example.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
        ("example.com.", "example.com"),
        ("acme.github.io", "acme.github.io"),
    ],
)
def test_it_is_found_in_what_people_write(written: str, domain: str) -> None:
    assert registrable(written) == domain


@pytest.mark.parametrize("written", ["", "acme", "co.uk", "10.0.0.1", "http://10.0.0.1/", "not a domain", "a_b..com"])
def test_what_is_none_is_none(written: str) -> None:
    assert registrable(written) is None


@pytest.mark.parametrize("domain", ["gmail.com", "qq.com", "mailinator.com", "wikipedia.org", "linkedin.com"])
def test_free_mail_throw_away_and_shared_domains_identify_nobody(domain: str) -> None:
    assert not identifies_a_company(domain)


def test_a_company_is_identified_by_its_own() -> None:
    assert identifies_a_company("example.com")


@given(st.text(max_size=80))
def test_any_text_gives_a_domain_that_stays_itself_or_none(written: str) -> None:
    domain = registrable(written)
    assert domain is None or registrable(domain) == domain
