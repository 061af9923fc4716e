"""What administrators do with title rules and contacts."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from abmhub.accounts.models import Account
from abmhub.committee.admin import titles
from abmhub.committee.models import BuyingRole, Contact, RoleRequirement, TitleRule
from abmhub.users.models import User
from tests.web.conftest import browser_of
from tests.web.test_admin import form_of

TRY = "/admin/committee/titlerule/try/"


@pytest.fixture
def as_admin(admin: User) -> Client:
    return browser_of(admin)


@pytest.fixture
def dana(account: Account) -> Contact:
    return Contact.objects.create(account=account, name="Dana", title="VP Finance")


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_title_is_tried_and_says_which_rule_spoke(as_admin: Client) -> None:
    page = text_of(as_admin.get(TRY, {"title": "SVP, Procurement"}))
    rule = TitleRule.objects.get(seniority="vp")
    assert f'<td>VP</td> <td> <a href="{reverse("admin:committee_titlerule_change", args=[rule.pk])}">30:' in page
    assert "<td>Procurement</td>" in page
    assert "<td>Decision maker</td>" in page
    assert "No rule speaks." in text_of(as_admin.get(TRY, {"title": "Astronaut"}))
    assert "No rule speaks." not in text_of(as_admin.get(TRY))


def test_nobody_else_tries_titles(rep: User) -> None:
    assert browser_of(rep).get(TRY).status_code == 302


def test_it_counts_before_it_suggests_anew(as_admin: Client, dana: Contact) -> None:
    TitleRule.objects.filter(suggests="seniority").delete()
    assert "1 contact would change: seniority 1, department 0, persona 1, buying role 1." in text_of(
        as_admin.get(TRY, {"count": 1})
    )
    assert "1 contact follows the rules now." in text_of(as_admin.post(TRY, follow=True))
    dana.refresh_from_db()
    assert (dana.seniority, dana.department) == ("", "Finance")
    assert "Nobody would change" in text_of(as_admin.get(TRY, {"count": 1}))


def new_rule(browser: Client, **fields: object) -> str:
    form = {
        "suggests": "seniority",
        "position": 1,
        "phrases": "vp ,  money\nmen,,vp",
        "seniority": "manager",
        "if_seniority": "",
        "if_department": "",
        "department": "",
        "buying_role": "",
        "persona": "",
    }
    return text_of(browser.post("/admin/committee/titlerule/add/", form | fields, follow=True))


def test_a_rule_that_is_saved_or_deleted_reaches_contacts(as_admin: Client, dana: Contact) -> None:
    assert "1 contact follows the rules now." in new_rule(as_admin)
    rule = TitleRule.objects.get(position=1)
    assert rule.phrases == ["vp", "money men"]
    dana.refresh_from_db()
    assert dana.seniority == "manager"
    as_admin.post(f"/admin/committee/titlerule/{rule.pk}/delete/", {"post": "yes"})
    dana.refresh_from_db()
    assert dana.seniority == "vp"


def test_many_contacts_wait_for_the_button(as_admin: Client, dana: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(titles, "AT_ONCE", 0)
    assert f"Contacts keep their suggestions until you suggest anew under {TRY}." in new_rule(as_admin)
    dana.refresh_from_db()
    assert dana.seniority == "vp"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"department": "IT"}, "Fill in just the field that the rule suggests."),
        ({"phrases": " , "}, "Give a phrase, a seniority or a department to look for."),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(
    as_admin: Client, fields: dict[str, object], sentence: str
) -> None:
    before = TitleRule.objects.count()
    assert sentence in new_rule(as_admin, **fields)
    assert TitleRule.objects.count() == before


def test_what_an_administrator_changes_is_decided(as_admin: Client, dana: Contact) -> None:
    where = f"/admin/committee/contact/{dana.pk}/change/"
    assert "seniority, department, persona, buying role" in text_of(as_admin.get(where))
    as_admin.post(where, form_of(as_admin, where) | {"title": "IT Director", "department": "Lab"})
    dana.refresh_from_db()
    assert (dana.seniority, dana.department, dana.decided) == ("director", "Lab", ["department"])


def test_a_stance_needs_evidence_and_goes_into_the_history(as_admin: Client, admin: User, dana: Contact) -> None:
    where = f"/admin/committee/contact/{dana.pk}/change/"
    form = form_of(as_admin, where) | {"stance": "champion"}
    assert "Say what shows it" in text_of(as_admin.post(where, form))
    as_admin.post(where, form | {"stance_note": "She pays for the pilot."})
    [change] = dana.stance_changes.all()
    assert (change.stance, change.note, change.by) == ("champion", "She pays for the pilot.", admin)


def test_a_requirement_for_nobody_is_refused_with_a_sentence(as_admin: Client) -> None:
    where = f"/admin/committee/buyingrole/{BuyingRole.objects.get(code='user').pk}/change/"
    row = {"requirements-TOTAL_FORMS": 1, "requirements-0-required": 4, "requirements-0-tier": ""}
    assert "Say for which tier or segment" in text_of(as_admin.post(where, form_of(as_admin, where) | row))
    as_admin.post(where, form_of(as_admin, where) | row | {"requirements-0-tier": 2})
    assert RoleRequirement.objects.filter(buying_role__code="user", tier=2, required=4).exists()
