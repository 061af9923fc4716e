"""The people of an account: who they are, what part they play in buying, where they stand."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Now, Upper

from abmhub.accounts.models import Account, OfAccountQuerySet


class BuyingRole(models.Model):
    """A part in the purchase; the shipped ones are user, influencer, decision maker, IT expert."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    required = models.PositiveSmallIntegerField(
        default=1, help_text="How many an account should have for a complete buying committee."
    )

    def __str__(self) -> str:
        return self.name


class Persona(models.Model):
    """A semi-fictional type of buyer, so that a message speaks to somebody."""

    name = models.CharField(max_length=80, unique=True)
    buying_role = models.ForeignKey(BuyingRole, models.PROTECT, related_name="personas")
    goals = models.TextField(blank=True)
    pains = models.TextField(blank=True)
    tofu_message = models.TextField("message, top of funnel", blank=True)
    mofu_message = models.TextField("message, middle of funnel", blank=True)
    bofu_message = models.TextField("message, bottom of funnel", blank=True)

    def __str__(self) -> str:
        return self.name


class ContactQuerySet(OfAccountQuerySet["Contact"]):
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


class Contact(models.Model):
    """A person at an account."""

    class Seniority(models.TextChoices):
        C_LEVEL = "c_level", "C-level"
        VP = "vp", "VP"
        DIRECTOR = "director", "Director"
        MANAGER = "manager", "Manager"
        STAFF = "staff", "Staff"

    class Stance(models.TextChoices):
        CHAMPION = "champion", "Champion"
        SUPPORTER = "supporter", "Supporter"
        NEUTRAL = "neutral", "Neutral"
        BLOCKER = "blocker", "Blocker"

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    title = models.CharField(max_length=200, db_default="", blank=True)
    department = models.CharField(max_length=100, db_default="", blank=True)
    seniority = models.CharField(max_length=10, choices=Seniority, db_default="", blank=True)
    email = models.EmailField(db_default="", blank=True)
    phone = models.CharField(max_length=40, db_default="", blank=True)
    buying_role = models.ForeignKey(BuyingRole, models.SET_NULL, null=True, blank=True, related_name="contacts")
    persona = models.ForeignKey(Persona, models.SET_NULL, null=True, blank=True, related_name="contacts")
    stance = models.CharField(max_length=10, choices=Stance, db_default="", blank=True)
    stance_note = models.CharField(max_length=300, db_default="", blank=True, help_text="The evidence for the stance.")
    opted_out_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60, db_default="", blank=True)
    external_id = models.CharField(max_length=200, db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ContactQuerySet.as_manager()

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
        indexes = [GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="contact_name_trigrams")]

    def __str__(self) -> str:
        return self.name

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
