"""What a title says, by rules that are rows; what a person or a file said is never overwritten."""

from datetime import datetime
from importlib import import_module
from pathlib import Path

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from abmhub.accounts.models import Account
from abmhub.committee import presets
from abmhub.committee.models import (
    BuyingRole,
    Contact,
    Persona,
    RoleWord,
    StanceChange,
    Suggested,
    TitleReader,
    TitleRule,
)
from abmhub.committee.phrases import Phrases, words_of
from abmhub.committee.suggestion import RoleWords, role_called, suggest_anew, suggestions_to_change

TABLE = (Path(__file__).parent / "titles.txt").read_text(encoding="utf-8").splitlines()[1:]


def heard(title: str, *phrases: str) -> list[str]:
    found = Phrases((at, [phrase]) for at, phrase in enumerate(phrases)).heard_in(words_of(title))
    return [phrases[at] for at in sorted(found)]


@pytest.mark.parametrize(
    ("title", "phrases", "expected"),
    [
        ("Vice President, Sales", ["president", "vice president"], ["vice president"]),
        ("President and Vice President", ["president", "vice president"], ["president", "vice president"]),
        ("Salesman", ["sales"], []),
        ("V.P. Sales", ["vp"], ["vp"]),
        ("r&d manager", ["R D", "r&d"], ["R D", "r&d"]),
        ("Make it so", ["IT"], []),
        ("Head of IT", ["IT"], ["IT"]),
        ("head of it", ["IT"], ["IT"]),
        ("DIRECTRICE GÉNÉRALE", ["directrice generale"], ["directrice generale"]),
        ("Chief Digital and Data Officer", ["chief ... officer"], ["chief ... officer"]),
        ("Chief Officer", ["chief ... officer"], ["chief ... officer"]),
        ("Chief of a b c d e Officer", ["chief ... officer"], []),
        ("副總經理", ["總經理", "副總經理"], ["副總經理"]),
        ("財務總監", ["總監"], ["總監"]),
        ("anything", ["", "...", "... officer", "chief ...", ".*", "(a+)+$", "a ... b ... c"], []),
    ],
)
def test_phrases_are_whole_words(title: str, phrases: list[str], expected: list[str]) -> None:
    assert heard(title, *phrases) == expected


@given(st.text(max_size=200), st.text(min_size=1, max_size=60))
def test_no_title_and_no_phrase_can_break_it(title: str, phrase: str) -> None:
    assert set(heard(title, phrase)) <= {phrase}


@pytest.fixture
def reader(db: None) -> TitleReader:
    return TitleReader.load()


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.partition(" = ")[0])
def test_the_shipped_rules(line: str, reader: TitleReader) -> None:
    title, _, expected = line.partition(" = ")
    said = reader.suggest(title)
    role = BuyingRole.objects.get(pk=said.buying_role).code if said.buying_role else ""
    assert f"{said.seniority} / {said.department} / {role}".strip() == expected.strip()


def test_a_persona_plays_the_role_that_is_suggested(reader: TitleReader) -> None:
    for line in TABLE:
        said = reader.suggest(line.partition(" = ")[0])
        persona = Persona.objects.filter(pk=said.persona or 0).first()
        if persona and said.department not in ("Procurement", "Legal", "IT"):
            assert persona.buying_role_id == said.buying_role, line


def test_the_lowest_position_speaks(db: None) -> None:
    TitleRule.objects.all().delete()
    TitleRule.objects.create(position=20, suggests="seniority", seniority="vp", phrases=["vp"])
    TitleRule.objects.create(position=10, suggests="seniority", seniority="staff", phrases=["assistant"])
    assert TitleReader.load().suggest("Assistant VP") == Suggested(seniority="staff")


def test_a_rule_may_ask_for_what_was_found_before(db: None) -> None:
    TitleRule.objects.all().delete()
    role = BuyingRole.objects.get(code="user")
    TitleRule.objects.create(suggests="department", department="IT", phrases=["IT"])
    TitleRule.objects.create(suggests="seniority", seniority="staff", if_department="IT")
    TitleRule.objects.create(suggests="buying_role", buying_role=role, if_seniority="staff", if_department="IT")
    reader = TitleReader.load()
    assert reader.suggest("IT help") == Suggested("staff", "IT", None, role.pk)
    assert reader.suggest("Nurse") == Suggested()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"suggests": "seniority", "phrases": ["vp"]}, "title_rule_suggests_one_thing"),
        ({"suggests": "seniority", "seniority": "vp", "department": "IT", "phrases": ["vp"]}, "suggests_one_thing"),
        ({"suggests": "seniority", "seniority": "vp"}, "title_rule_asks_something"),
    ],
)
def test_a_rule_suggests_one_thing_and_asks_something(fields: dict[str, object], constraint: str, db: None) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        TitleRule.objects.create(**fields)


def shown(contact: Contact) -> tuple[str, str, str | None]:
    contact.refresh_from_db()
    return contact.seniority, contact.department, contact.buying_role.code if contact.buying_role else None


def test_a_title_fills_what_nobody_decided(account: Account) -> None:
    contact = Contact.objects.create(account=account, name="Dana", title="VP Finance", department="Treasury")
    assert shown(contact) == ("vp", "Treasury", "decision_maker")
    assert contact.decided == ["department"]
    assert contact.suggested_fields == ["seniority", "persona", "buying_role"]


def test_a_new_title_suggests_anew_and_leaves_what_was_decided(account: Account) -> None:
    contact = Contact.objects.create(account=account, name="Dana", title="VP Finance", department="Treasury")
    contact.title = "IT Director"
    contact.save()
    assert shown(contact) == ("director", "Treasury", "it_expert")
    contact.title = "CEO"
    contact.save(update_fields=["title"])
    assert shown(contact) == ("c_level", "Treasury", "decision_maker")


def test_what_is_set_by_hand_is_decided(account: Account) -> None:
    contact = Contact.objects.create(account=account, name="Dana", title="VP Finance")
    contact = Contact.objects.get(pk=contact.pk)
    contact.seniority = "manager"
    contact.persona = None
    contact.save()
    assert contact.decided == ["seniority", "persona"]
    contact.refresh_from_db()
    contact.save()
    assert (contact.seniority, contact.persona, contact.decided) == ("manager", None, ["seniority", "persona"])
    contact.department = "Treasury"
    contact.save(update_fields=["department"])
    contact.refresh_from_db()
    assert contact.decided == ["seniority", "department", "persona"]


def test_saving_something_else_suggests_nothing(account: Account) -> None:
    contact = Contact.objects.create(account=account, name="Dana", title="VP Finance")
    TitleRule.objects.all().delete()
    contact.phone = "+1 555 0100"
    contact.save(update_fields=["phone"])
    assert shown(contact)[0] == "vp"


def test_changed_rules_reach_all_that_nobody_decided(account: Account, now: datetime) -> None:
    follows, decided, erased = (
        Contact.objects.create(account=account, name=name, title="VP Finance") for name in ("Ada", "Bo", "Cy")
    )
    Contact.objects.filter(pk=decided.pk).update(decided=["seniority"])
    Contact.objects.filter(pk=erased.pk).update(erased_at=now)
    TitleRule.objects.filter(suggests="seniority").delete()
    TitleRule.objects.create(suggests="seniority", seniority="manager", phrases=["finance"])
    to_change = suggestions_to_change()
    assert to_change == {"seniority": 1, "department": 0, "persona": 2, "buying_role": 2, "contacts": 2}
    assert suggest_anew(at=now) == 2
    assert shown(follows) == ("manager", "Finance", "influencer")
    assert shown(decided)[0] == "vp"
    assert shown(erased)[0] == "vp"
    assert follows.updated_at == now
    assert suggest_anew(at=now) == 0
    assert suggestions_to_change()["contacts"] == 0


def test_rules_that_are_gone_take_their_suggestions_along(account: Account, now: datetime) -> None:
    contact = Contact.objects.create(account=account, name="Ada", title="VP Finance", department="Treasury")
    TitleRule.objects.all().delete()
    assert suggest_anew(at=now) == 1
    assert shown(contact) == ("", "Treasury", None)


def test_many_contacts_are_suggested_in_a_constant_number_of_queries(account: Account, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            suggest_anew(at=now)
        return len(asked)

    few = queries()
    for number in range(20):
        Contact.objects.create(account=account, name=f"Person {number}", title=f"VP {number}")
    assert queries() == few


@pytest.mark.parametrize(
    ("word", "role", "stance"),
    [
        ("Economic Buyer", "decision_maker", ""),
        ("Economic Decision Maker", "decision_maker", ""),
        ("Executive Sponsor", "decision_maker", ""),
        ("Decision Maker", "decision_maker", ""),
        ("Technical Buyer", "it_expert", ""),
        ("Evaluator", "influencer", ""),
        ("Influencer", "influencer", ""),
        ("Business User", "user", ""),
        ("Other", None, ""),
        ("BLOCKER", None, "blocker"),
        ("BUDGET_HOLDER", "decision_maker", ""),
        ("CHAMPION", None, "champion"),
        ("DECISION_MAKER", "decision_maker", ""),
        ("END_USER", "user", ""),
        ("EXECUTIVE_SPONSOR", "decision_maker", ""),
        ("INFLUENCER", "influencer", ""),
        ("LEGAL_AND_COMPLIANCE", "influencer", ""),
        ("Legal & Compliance", "influencer", ""),
        ("OTHER", None, ""),
        ("it_expert", "it_expert", ""),
    ],
)
def test_it_knows_what_other_systems_call_our_roles(word: str, role: str | None, stance: str, db: None) -> None:
    called = RoleWords.load().called(word)
    assert called is not None
    assert (called.buying_role and called.buying_role.code, called.stance) == (role, stance)


def test_a_word_of_a_source_goes_before_that_of_any(db: None) -> None:
    user = BuyingRole.objects.get(code="user")
    RoleWord.objects.create(source="Old CRM", word="Economic buyer", buying_role=user)
    assert role_called("economic buyer", "old crm") == user
    assert role_called("economic buyer", "New CRM") != user
    assert role_called("Grand vizier") is None
    assert RoleWords.load().called("Grand vizier") is None


def test_what_an_administrator_changed_is_not_shipped_again(db: None) -> None:
    TitleRule.objects.exclude(pk=TitleRule.objects.earliest("pk").pk).delete()
    RoleWord.objects.exclude(word="Other").delete()
    presets.load()
    assert (TitleRule.objects.count(), RoleWord.objects.count()) == (1, 1)


def test_an_installation_without_rules_gets_them_with_their_suggestions(account: Account) -> None:
    """As when it is upgraded: what was known counts as decided, what was empty is filled."""
    contact = Contact.objects.create(account=account, name="Dana", title="VP Finance", department="Treasury")
    TitleRule.objects.all().delete()
    Contact.objects.update(seniority="", buying_role=None)
    Persona.objects.filter(buying_role__code="it_expert").delete()
    BuyingRole.objects.filter(code="it_expert").delete()
    presets.load()
    assert shown(contact) == ("vp", "Treasury", "decision_maker")
    assert TitleRule.objects.filter(suggests="buying_role").exists()


def test_what_was_known_before_there_were_suggestions_is_decided(account: Account) -> None:
    contact = Contact.objects.create(account=account, name="Dana", title="VP Finance", stance="champion")
    stranger = Contact.objects.create(account=account, name="Nobody")
    Contact.objects.update(department="", decided=[])
    for statement in import_module("abmhub.committee.migrations.0004_what_was_known_is_decided").STATEMENTS:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    contact.refresh_from_db()
    stranger.refresh_from_db()
    assert contact.decided == ["seniority", "persona", "buying_role"]
    assert stranger.decided == []
    assert [change.stance for change in StanceChange.objects.all()] == ["champion"]
