"""The people of an account: who they are, what part they play in buying, where they stand."""

from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Now, Upper

from abmhub.accounts.models import Account, OfAccountQuerySet
from abmhub.committee.models.role import BuyingRole, Persona
from abmhub.committee.models.role import Stance as StanceOfContact
from abmhub.committee.models.title import SUGGESTED, TitleReader
from abmhub.committee.models.title import Seniority as SeniorityOfContact
from abmhub.users.models import User

ADDRESSED_BY = frozenset({"email", "phone"})
"""Channels that take what a contact has in the field of the same name."""


class ContactQuerySet(OfAccountQuerySet["Contact"]):
    def known(self) -> Self:
        """People, and not what is left of those who asked to be forgotten."""
        return self.filter(erased_at=None)

    def reachable(self) -> Self:
        """People who may be written to: not opted out, and with an email or a phone."""
        return self.filter(opted_out_at=None).exclude(email="", phone="")

    def matching(self, words: str, *, at_most: int = 500) -> Self:
        """People whose name contains the words, of which trigrams need three letters: with fewer nobody is
        found. No more than `at_most` of them are looked at."""
        words = words.strip()
        if len(words) < 3:
            return self.none()
        return self.filter(pk__in=self.filter(name__icontains=words).values("pk")[:at_most])


_ATTRIBUTES = {field: f"{field}_id" if field in ("persona", "buying_role") else field for field in SUGGESTED}
"""Where a contact holds the value of a suggested field; following a foreign key would ask the database."""


class Contact(models.Model):
    """A person at an account.

    Seniority, department, persona and buying role are suggestions until the field is in `decided`.
    """

    Seniority = SeniorityOfContact
    Stance = StanceOfContact

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=200, default="", db_default="", blank=True)
    department = models.CharField(max_length=100, default="", db_default="", blank=True)
    seniority = models.CharField(max_length=10, choices=Seniority, default="", db_default="", blank=True)
    email = models.EmailField(default="", db_default="", blank=True)
    phone = models.CharField(max_length=40, default="", db_default="", blank=True)
    buying_role = models.ForeignKey(BuyingRole, models.SET_NULL, null=True, blank=True, related_name="contacts")
    persona = models.ForeignKey(Persona, models.SET_NULL, null=True, blank=True, related_name="contacts")
    stance = models.CharField(max_length=10, choices=Stance, default="", db_default="", blank=True)
    stance_note = models.CharField(
        max_length=300, default="", db_default="", blank=True, help_text="The evidence for the stance."
    )
    decided = ArrayField(
        models.CharField(max_length=12, choices=[(name, name) for name in SUGGESTED]),
        default=list,
        db_default=[],
        blank=True,
        help_text="Fields that a person decided or a file gave. Title rules suggest the others, never these.",
    )
    locale = models.CharField(
        max_length=10, default="", db_default="", blank=True, help_text="For example en, ar or zh-Hant."
    )
    time_zone = models.CharField(
        max_length=40, default="", db_default="", blank=True, help_text="For example Asia/Taipei."
    )
    opted_out_at = models.DateTimeField(null=True, blank=True, help_text="From everything; see also opt-outs.")
    opted_out_source = models.CharField(max_length=60, default="", db_default="", blank=True, help_text="Who told us.")
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    refreshed_at = models.DateTimeField(null=True, blank=True, help_text="When a source last confirmed this person.")
    source = models.CharField(max_length=60, default="", db_default="", blank=True)
    external_id = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ContactQuerySet.as_manager()

    _as_loaded: dict[str, Any] = {}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account",
                Lower("email"),
                condition=~models.Q(email=""),
                name="contact_email_once_per_account",
                violation_error_message="Somebody at this account has this email already.",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="contact_external_id_once",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="contact_name_trigrams"),
            # Whether an account knows somebody in a role is answered by this index alone.
            models.Index(
                fields=["account", "buying_role"], condition=models.Q(buying_role__isnull=False), name="contact_role"
            ),
            # Few people have one, and every night counts them.
            models.Index(fields=["stance"], condition=~models.Q(stance=""), name="contact_stance"),
            models.Index(
                fields=["id"],
                condition=models.Q(opted_out_at__isnull=False) | models.Q(erased_at__isnull=False),
                name="contact_opted_out",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, *arguments: Any, **options: Any) -> Self:
        contact = super().from_db(*arguments, **options)
        contact.remember()
        return contact

    def refresh_from_db(self, *arguments: Any, **options: Any) -> None:
        super().refresh_from_db(*arguments, **options)
        self.remember()

    def save(self, **options: Any) -> None:
        """A suggested field that was set by hand is decided; the others follow the title."""
        columns = options.get("update_fields")
        considered = SUGGESTED if columns is None else tuple(field for field in SUGGESTED if field in columns)
        by_hand = [field for field in considered if self._value(field) != self._as_loaded.get(field)]
        self.decided = [field for field in SUGGESTED if field in {*self.decided, *by_hand}]
        if columns is None or "title" in columns:
            self.suggest(TitleReader.load())
            columns = columns and {*columns, *SUGGESTED}
        if columns is not None:
            options["update_fields"] = {*columns, "decided"} if by_hand else columns
        super().save(**options)
        self.remember()

    def suggest(self, reader: TitleReader) -> None:
        """Fill in what the title says, but for the fields that somebody decided."""
        for field, value in reader.suggest(self.title)._asdict().items():
            if field not in self.decided:
                setattr(self, _ATTRIBUTES[field], value)

    def is_suggested(self, field: str) -> bool:
        """Whether the field holds what title rules say, which nobody has confirmed."""
        return bool(self._value(field)) and field not in self.decided

    @property
    def suggested_fields(self) -> list[str]:
        """The fields that wait for somebody to confirm or dismiss them."""
        return [field for field in SUGGESTED if self.is_suggested(field)]

    def _value(self, field: str) -> Any:
        """Of a persona or a buying role the key; None when it is empty."""
        return getattr(self, _ATTRIBUTES[field]) or None

    def remember(self) -> None:
        """What the row held when it was read: what differs when it is saved was set by hand."""
        self._as_loaded = {field: self.__dict__.get(_ATTRIBUTES[field]) or None for field in SUGGESTED}

    @property
    def is_reachable(self) -> bool:
        return self.opted_out_at is None and bool(self.email or self.phone)

    @property
    def unreachable_reason(self) -> str:
        """Why nothing may be sent to this person; empty when something may."""
        if self.opted_out_at is not None:
            return "Opted out"
        if not self.is_reachable:
            return "No email or phone"
        return ""

    def unreachable_reason_in(self, channel: str, name: str) -> str:
        """Why nothing may be sent to this person in a channel, of that code and name; empty when something may.

        Of many contacts, `opt_outs` is best fetched before.
        """
        if self.unreachable_reason:
            return self.unreachable_reason
        if channel in ADDRESSED_BY and not getattr(self, channel):
            return f"No {channel}"
        return f"Opted out of {name.lower()}" if channel in {each.channel for each in self.opt_outs.all()} else ""


class OptOut(models.Model):
    """A person does not want to hear from us in one channel; the code is that of a campaign channel."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="opt_outs")
    channel = models.SlugField(max_length=40, help_text="The code of the channel: email, phone, mail ...")
    opted_out_at = models.DateTimeField()
    source = models.CharField(max_length=60, default="", db_default="", blank=True, help_text="Who told us.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "channel"], name="opt_out_once")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.channel}"


class StanceChange(models.Model):
    """Where a person stood from then on, and the evidence for it."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="stance_changes")
    stance = models.CharField(max_length=10, choices=Contact.Stance, blank=True)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["contact", "-changed_at"], name="stance_change_newest")]

    def __str__(self) -> str:
        return f"{self.contact_id}: {self.stance}"
