"""Changes of a buying committee: who is in it, what part they play, where they stand, how they may be written to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from abmhub.accounts.models import Account
from abmhub.committee.models import SUGGESTED, BuyingRole, Contact, OptOut, Persona, StanceChange, TitleReader
from abmhub.committee.privacy import Suppressed
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.users.models import User
from abmhub.users.verbs import require

FACTS = ("name", "title", "email", "phone", "locale", "time_zone")
"""What is known of a person, beside the fields that titles suggest."""


class NotTaken(Refused):
    """A person cannot be added or changed like this: the message says why."""


class Overtaken(Refused):
    """Somebody else changed the same field after the form was opened."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody to add; what is given of the suggested fields is decided, the rest follows the title."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    department: str = ""
    seniority: str = ""
    buying_role: BuyingRole | None = None
    persona: Persona | None = None


@dataclass(frozen=True)
class Added:
    """What became of the people to add: each is in one of the two, `refused` by their place with the reason."""

    contacts: tuple[Contact, ...]
    refused: Mapping[int, str]


@transaction.atomic
def add_contacts(*, account: Account, people: Sequence[NewPerson], by: User, at: datetime) -> Added:
    """Add those who can be added and say why the others cannot, in a constant number of queries.

    Raises NotAllowed.
    """
    require(by, "committee.edit")
    # Locked, so that two people who paste the same list at once do not each add it.
    if not Account.objects.visible_to(by).filter(pk=account.pk).select_for_update(no_key=True, of=("self",)).exists():
        raise NotAllowed("This account is not yours to work.")
    reader, suppressed = TitleReader.load(), Suppressed.load()
    known = {email.lower() for email in account.contacts.exclude(email="").values_list("email", flat=True)}
    named = {_plain(name) for name in account.contacts.values_list("name", flat=True)}
    contacts: list[Contact] = []
    refused: dict[int, str] = {}
    for place, person in enumerate(people):
        contact = _new(account, person, at)
        if problem := _problem(contact, known, named, suppressed):
            refused[place] = problem
            continue
        contact.decided = [field for field in SUGGESTED if getattr(person, field)]
        contact.suggest(reader)
        known |= {contact.email.lower()} - {""}
        named.add(_plain(contact.name))
        contacts.append(contact)
    return Added(tuple(Contact.objects.bulk_create(contacts)), refused)


def _new(account: Account, person: NewPerson, at: datetime) -> Contact:
    return Contact(
        account=account,
        name=" ".join(person.name.split()),
        title=" ".join(person.title.split()),
        email=person.email.strip(),
        phone=person.phone.strip(),
        department=person.department.strip(),
        seniority=person.seniority,
        buying_role=person.buying_role,
        persona=person.persona,
        created_at=at,
        updated_at=at,
    )


def _problem(contact: Contact, known: Collection[str], named: Collection[str], suppressed: Suppressed) -> str:
    """Why the person cannot be added; empty when they can."""
    if problem := _unusable(contact):
        return problem
    if contact.email.lower() in known:
        return "Somebody at this account has this email already."
    if not contact.email and _plain(contact.name) in named:
        return "Somebody of this name is at this account already; give an email to tell them apart."
    if suppressed.email(contact.email):
        return "This person asked to be forgotten and cannot be added."
    return ""


def _unusable(contact: Contact) -> str:
    """What is wrong with the facts themselves; empty when nothing is."""
    if not contact.name:
        return "A person needs a name."
    try:
        contact.clean_fields(exclude={"account", "buying_role", "persona"})
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        return f"{_named(field).capitalize()}: {problems[0]}"
    return ""


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


@transaction.atomic
def edit_contact(
    *, contact: Contact, changes: Mapping[str, Any], by: User, at: datetime, seen: Mapping[str, Any] | None = None
) -> Contact:
    """Change facts or suggested fields; a suggested field that is in `changes` is decided, whatever its value.

    `seen` are values that the person was looking at: where another is there now, nothing is written. A new
    title suggests anew what nobody decided. Raises NotAllowed, Overtaken, NotTaken.
    """
    current = _of(contact, by)
    for field, value in (seen or {}).items():
        if getattr(current, field) not in (value, changes.get(field, value)):
            raise Overtaken(f"Meanwhile {_label(field)} became {_shown(current, field)}: look at it and try again.")
    for field, value in changes.items():
        if field not in (*FACTS, *SUGGESTED):
            raise NotTaken(f"{field} is not a field that is edited here.")
        setattr(current, field, value.strip() if isinstance(value, str) else value)
    if problem := _unusable(current):
        raise NotTaken(problem)
    if "email" in changes:
        _refuse_taken_email(current)
    current.decided = [field for field in SUGGESTED if field in {*current.decided, *changes}]
    current.updated_at = at
    current.save(update_fields=[*changes, "decided", "updated_at"])
    return current


def decide(
    *, contact: Contact, by: User, at: datetime, seen: Mapping[str, Any] | None = None, **fields: Any
) -> Contact:
    """Say what seniority, department, persona or buying role somebody has. Raises as `edit_contact` does."""
    return edit_contact(contact=contact, changes=fields, by=by, at=at, seen=seen)


@transaction.atomic
def confirm(*, contact: Contact, fields: Collection[str], by: User, at: datetime) -> Contact:
    """Agree with what the title suggests; again changes nothing. Raises NotAllowed."""
    current = _of(contact, by)
    return _write_decided(current, [field for field in current.suggested_fields if field in fields], at)


@transaction.atomic
def dismiss(*, contact: Contact, fields: Collection[str], by: User, at: datetime) -> Contact:
    """Say that a suggestion is wrong: the field is empty, and no rule fills it again. Raises NotAllowed.

    What somebody decided stays.
    """
    current = _of(contact, by)
    wrong = [field for field in current.suggested_fields if field in fields]
    for field in wrong:
        setattr(current, field, None if field in ("persona", "buying_role") else "")
    return _write_decided(current, wrong, at)


def _write_decided(contact: Contact, fields: Collection[str], at: datetime) -> Contact:
    if fields:
        contact.decided = [field for field in SUGGESTED if field in {*contact.decided, *fields}]
        contact.updated_at = at
        contact.save(update_fields=[*fields, "decided", "updated_at"])
    return contact


@transaction.atomic
def set_stance(*, contact: Contact, stance: str, note: str, by: User, at: datetime) -> Contact:
    """Say where somebody stands, and what shows it; the same again changes nothing. An empty stance takes it back.

    Raises NotAllowed, NotTaken.
    """
    current = _of(contact, by)
    note = " ".join(note.split())
    if stance and stance not in Contact.Stance.values:
        raise NotTaken("Choose champion, supporter, neutral or blocker.")
    if not note:
        raise NotTaken("Say what shows it: a sentence they said, or something they did.")
    longest = StanceChange._meta.get_field("note").max_length or 0
    if len(note) > longest:
        raise NotTaken(f"The evidence is too long: {len(note)} letters, {longest} at most.")
    if (stance, note) != (current.stance, current.stance_note):
        StanceChange.objects.create(contact=current, stance=stance, note=note, by=by, changed_at=at)
        current.stance, current.stance_note, current.updated_at = stance, note, at
        current.save(update_fields=["stance", "stance_note", "updated_at"])
    return current


@transaction.atomic
def opt_out(*, contact: Contact, by: User, at: datetime, channel: str = "", source: str = "") -> Contact:
    """Write no more to somebody in a channel, by its code, or at all; again changes nothing.

    `source` is who told us: by default the person who writes it down. Raises NotAllowed.
    """
    current = _of(contact, by)
    said = (source or f"Told {by}")[:60]
    if channel:
        defaults = {"opted_out_at": at, "source": said}
        OptOut.objects.get_or_create(contact=current, channel=channel, defaults=defaults)
    elif current.opted_out_at is None:
        current.opted_out_at, current.opted_out_source, current.updated_at = at, said, at
        current.save(update_fields=["opted_out_at", "opted_out_source", "updated_at"])
    return current


@transaction.atomic
def opt_in(*, contact: Contact, by: User, at: datetime, channel: str = "") -> Contact:
    """Somebody wants to hear from us again, in a channel or at all. Raises NotAllowed."""
    current = _of(contact, by)
    if channel:
        current.opt_outs.filter(channel=channel).delete()
    elif current.opted_out_at is not None:
        current.opted_out_at, current.opted_out_source, current.updated_at = None, "", at
        current.save(update_fields=["opted_out_at", "opted_out_source", "updated_at"])
    return current


def _of(contact: Contact, by: User) -> Contact:
    """The contact as it is now, locked. Raises NotAllowed for somebody who may not change it."""
    require(by, "committee.edit")
    current = Contact.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=contact.pk).first()
    if current is None or current.erased_at is not None:
        raise NotAllowed("This person is not at an account of yours.")
    return current


def _refuse_taken_email(contact: Contact) -> None:
    if not contact.email:
        return
    same = Contact.objects.filter(account=contact.account_id, email__iexact=contact.email).exclude(pk=contact.pk)
    if same.exists():
        raise NotTaken("Somebody at this account has this email already.")
    if Suppressed.load().email(contact.email):
        raise NotTaken("This address belongs to a person who asked to be forgotten.")


def _named(field: str) -> str:
    return next(str(each.verbose_name) for each in Contact._meta.concrete_fields if each.name == field)


def _label(field: str) -> str:
    return f"the {_named(field)}"


def _shown(contact: Contact, field: str) -> str:
    shown = getattr(contact, f"get_{field}_display", None)
    return str(shown() if shown else getattr(contact, field) or "empty")
