"""The rights of a person: a copy of all that we hold of them, and to be forgotten, also by the next file.

Rooms above hold things of people too. Each has a module `privacy` that registers what it does about them.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from abmhub.accounts.models import Account, AccountMerge
from abmhub.committee.models import SUGGESTED, Contact, OptOut, StanceChange, Suppression
from abmhub.core.refusals import NotAllowed
from abmhub.users.models import Notification, User
from abmhub.users.verbs import require

ERASED = "Erased person"
SHORTEST = 4
"""A name of fewer letters is in too many words to be looked for in what others wrote."""
CONTACTS, LEADS = "contacts", "leads"


class Suppressed:
    """Whom we forgot, as far as a later file can be compared with them: by keyed hashes, no address is kept."""

    def __init__(self, digests: Collection[str]) -> None:
        self._digests = frozenset(digests)

    @classmethod
    def load(cls) -> Self:
        """In one query."""
        return cls(Suppression.objects.values_list("digest", flat=True))

    def email(self, text: str) -> bool:
        """Whether this is the address of somebody who asked to be forgotten."""
        return bool(self._digests and text.strip()) and self._holds(_email_phrase(text))

    def key(self, source: str, external_id: str, kind: str = CONTACTS) -> bool:
        """Whether a source called somebody so who asked to be forgotten; `kind` is contacts or leads."""
        return bool(self._digests and external_id) and self._holds(_key_phrase(kind, source, external_id))

    def name(self, account: int, name: str) -> bool:
        """Whether somebody without an address, of this name at this account, asked to be forgotten."""
        return bool(self._digests) and self._holds(_name_phrase(account, name))

    def _holds(self, phrase: str) -> bool:
        secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(_digest(phrase, secret) in self._digests for secret in secrets)


def _digest(phrase: str, secret: str) -> str:
    return salted_hmac("abmhub.committee.suppression", phrase, secret=secret, algorithm="sha256").hexdigest()


def _email_phrase(email: str) -> str:
    return f"email {email.strip().casefold()}"


def _key_phrase(kind: str, source: str, external_id: str) -> str:
    return f"key {kind} {source.casefold()} {external_id.strip()}"


def _name_phrase(account: int, name: str) -> str:
    return f"name {account} {' '.join(name.casefold().split())}"


@dataclass(frozen=True)
class Person:
    """Somebody, wherever they are kept: all contacts with one email are one person."""

    contacts: frozenset[int]
    accounts: frozenset[int]
    emails: frozenset[str]
    words: tuple[str, ...]

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """The person that a contact is."""
        same = Q(pk=contact.pk)
        if contact.email:
            same |= Q(email__iexact=contact.email)
        contacts = list(Contact.objects.filter(same))
        emails = {each.email.lower() for each in contacts} - {""}
        words = {word for each in contacts for word in (each.name, each.email, each.phone)} - {ERASED}
        return cls(
            contacts=frozenset(each.pk for each in contacts),
            accounts=frozenset(each.account_id for each in contacts),
            emails=frozenset(emails),
            # The longest first: an address may hold the name.
            words=tuple(sorted((word for word in words if len(word) >= SHORTEST), key=len, reverse=True)),
        )

    def named_in(self, *fields: str) -> Q:
        """Rows in which a text field holds a word of theirs."""
        found = Q(pk__in=())
        for column in fields:
            for word in self.words:
                found |= Q(**{f"{column}__icontains": word})
        return found

    def scrub(self, value: Any) -> Any:
        """The value without name, address and number, however deep it holds them."""
        if isinstance(value, str):
            for word in self.words:
                value = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", ERASED, value, flags=re.IGNORECASE)
            return value
        if isinstance(value, dict):
            return {key: self.scrub(inner) for key, inner in value.items()}
        return [self.scrub(inner) for inner in value] if isinstance(value, list) else value


Rows = dict[str, list[dict[str, Any]]]
"""What was found, under the names of the things that it is."""

Keys = Iterable[tuple[str, str, str]]
"""Kind, source and key by which a later file would bring somebody back."""


@dataclass(frozen=True)
class Room:
    """What a room does about people: it tells what it holds of one, and forgets it."""

    forget: Callable[[Person], Keys]
    tell: Callable[[Person], Rows] = field(default=lambda person: {})


_rooms: list[Room] = []


def register(room: Room) -> None:
    """Let a room above take part; done once, when Django starts."""
    _rooms.append(room)


def export_person(contact: Contact, by: User) -> dict[str, Any]:
    """All that we hold of the person, ready to be written as JSON: contacts, what points at them, other rooms.

    Raises NotAllowed.
    """
    _require(contact, by)
    person = Person.of(contact)
    contacts = Contact.objects.filter(pk__in=person.contacts).order_by("pk")
    told: dict[str, Any] = {"contacts": told_of(contacts)}
    for relation in _pointing_at_contacts():
        model, pointer = relation.related_model, relation.field.name
        rows = model._default_manager.filter(**{f"{pointer}__in": person.contacts}).order_by("pk")
        told[str(model._meta.verbose_name_plural)] = told_of(rows)
    for tell in (_tell, *(room.tell for room in _rooms)):
        told |= tell(person)
    return {thing: rows for thing, rows in told.items() if rows}


def told_of(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Rows as people can read them: what a row points at goes by its name."""
    fields = rows.model._meta.concrete_fields
    pointing = [field.name for field in fields if field.is_relation]
    return [
        {str(field.verbose_name): _readable(getattr(row, field.name)) for field in fields}
        for row in (rows.select_related(*pointing) if pointing else rows)
    ]


def _readable(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int | float | list | dict) else str(value)


def _pointing_at_contacts() -> list[Any]:
    """The relations by which rows of any room say whom they are about."""
    return list(Contact._meta.related_objects)


@transaction.atomic
def erase(*, contact: Contact, by: User, at: datetime) -> bool:
    """Forget a person in every room, so that no later file brings them back; False when that was done before.

    A contact to whom orders, touches or engagement belong stays as an erased person, so that books and scores
    still balance; others go. Who erased and when is kept, whom is not. Raises NotAllowed.
    """
    _require(contact, by)
    current = Contact.objects.select_for_update().filter(pk=contact.pk, erased_at=None).first()
    if current is None:
        return False
    person = Person.of(current)
    contacts = Contact.objects.filter(pk__in=person.contacts)
    phrases = {_email_phrase(email) for email in person.emails}
    # Locked, so that nobody orders something for them meanwhile.
    for each in contacts.order_by("pk").select_for_update():
        phrases |= {_key_phrase(CONTACTS, each.source, each.external_id)} if each.external_id else set()
        phrases |= set() if each.email else {_name_phrase(each.account_id, each.name)}
    for forget in (_forget, *(room.forget for room in _rooms)):
        phrases |= {_key_phrase(*key) for key in forget(person)}
    Suppression.objects.bulk_create(
        (
            Suppression(digest=_digest(phrase, settings.SECRET_KEY), suppressed_at=at, by=by)
            for phrase in sorted(phrases)
        ),
        ignore_conflicts=True,
    )
    needed = _needed(person)
    contacts.exclude(pk__in=needed).delete()
    _anonymise(contacts.filter(pk__in=needed), at)
    return True


def _require(contact: Contact, by: User) -> None:
    require(by, "committee.erase")
    if not Account.objects.visible_to(by).filter(pk=contact.account_id).exists():
        raise NotAllowed("This person is not at an account of yours.")


def _needed(person: Person) -> set[int]:
    """The contacts that rows of other rooms are about."""
    needed: set[int] = set()
    for relation in _pointing_at_contacts():
        model, pointer = relation.related_model, relation.field.name
        if model._meta.app_label != Contact._meta.app_label:
            about = model._default_manager.filter(**{f"{pointer}__in": person.contacts})
            needed |= set(about.values_list(pointer, flat=True))
    return needed


def _anonymise(contacts: QuerySet[Contact], at: datetime) -> None:
    OptOut.objects.filter(contact__in=contacts).delete()
    StanceChange.objects.filter(contact__in=contacts).delete()
    contacts.update(
        **dict.fromkeys(
            ("title", "department", "seniority", "email", "phone", "stance", "stance_note", "locale", "time_zone",
             "opted_out_source", "source", "external_id"),
            "",
        ),
        name=ERASED,
        buying_role=None,
        persona=None,
        decided=list(SUGGESTED),
        opted_out_at=None,
        refreshed_at=None,
        erased_at=at,
        updated_at=at,
    )  # fmt: skip


def scrub_rows(person: Person, rows: QuerySet[Any], *fields: str) -> None:
    """Take the words of the person out of text and JSON of these rows, where it names them."""
    for row in rows.filter(person.named_in(*fields)).iterator():
        clean = {field: person.scrub(getattr(row, field)) for field in fields}
        rows.model._default_manager.filter(pk=row.pk).update(**clean)


def _tell(person: Person) -> Rows:
    """What the floors under this room say of them."""
    return {"notifications": told_of(Notification.objects.filter(person.named_in("text")).order_by("pk"))}


def _forget(person: Person) -> Keys:
    """On the floors under this room: what people were told, what they merged, and what they did in the admin."""
    scrub_rows(person, Notification.objects.all(), "text")
    scrub_rows(person, AccountMerge.objects.all(), "journal")
    contacts = ContentType.objects.get_for_model(Contact)
    keys = [str(key) for key in person.contacts]
    LogEntry.objects.filter(content_type=contacts, object_id__in=keys).update(object_repr=ERASED, change_message="")
    scrub_rows(person, LogEntry.objects.all(), "object_repr", "change_message")
    return ()
