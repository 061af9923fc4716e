"""The people of an account: who they are, what part they play in buying, where they stand."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Now, Upper

from abmhub.accounts.models import Account, OfAccountQuerySet, Segment, Tier
from abmhub.users.models import User


class ContentStage(models.TextChoices):
    """How far into the purchase a piece of content speaks."""

    TOFU = "tofu", "ToFu"
    MOFU = "mofu", "MoFu"
    BOFU = "bofu", "BoFu"


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


class RoleRequirement(models.Model):
    """How many contacts in a role an account of a tier, a segment or both should have, instead of the usual number.

    Tier and segment together go before tier alone, and that before segment alone.
    """

    buying_role = models.ForeignKey(BuyingRole, models.CASCADE, related_name="requirements")
    tier = models.ForeignKey(Tier, models.CASCADE, null=True, blank=True, related_name="role_requirements")
    segment = models.CharField(max_length=12, choices=Segment, db_default="", blank=True)
    required = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["buying_role", "tier", "segment"], name="role_requirement_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(tier__isnull=False) | ~models.Q(segment=""),
                name="role_requirement_for_some",
                violation_error_message="Say for which tier or segment; the usual number is on the buying role itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buying_role}: {self.required}"


class RoleWord(models.Model):
    """What another system calls a buying role: the contact roles of Salesforce, the buying roles of HubSpot."""

    source = models.CharField(max_length=60, db_default="", blank=True, help_text="Empty: whatever the source.")
    word = models.CharField(max_length=60)
    buying_role = models.ForeignKey(BuyingRole, models.CASCADE, related_name="words")

    class Meta:
        constraints = [models.UniqueConstraint("source", Lower("word"), name="role_word_once")]

    def __str__(self) -> str:
        return f"{self.word} means {self.buying_role}"


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


class Content(models.Model):
    """Something to read, see or attend that speaks to some personas at a stage."""

    title = models.CharField(max_length=150)
    url = models.URLField(blank=True)
    stage = models.CharField(max_length=4, choices=ContentStage)
    personas = models.ManyToManyField(Persona, related_name="content")

    class Meta:
        verbose_name_plural = "content"

    def __str__(self) -> str:
        return self.title


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


SUGGESTED = ("seniority", "department", "persona", "buying_role")
"""The fields of a contact that title rules suggest."""


class Contact(models.Model):
    """A person at an account.

    Seniority, department, persona and buying role are suggestions until the field is in `decided`.
    """

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
    decided = ArrayField(
        models.CharField(max_length=12, choices=[(name, name) for name in SUGGESTED]),
        default=list,
        db_default=[],
        blank=True,
        help_text="Fields that a person decided or a file gave. Title rules suggest the others, never these.",
    )
    locale = models.CharField(max_length=10, db_default="", blank=True, help_text="For example en, ar or zh-Hant.")
    time_zone = models.CharField(max_length=40, db_default="", blank=True, help_text="For example Asia/Taipei.")
    opted_out_at = models.DateTimeField(null=True, blank=True, help_text="From everything; see also opt-outs.")
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    refreshed_at = models.DateTimeField(null=True, blank=True, help_text="When a source last confirmed this person.")
    source = models.CharField(max_length=60, db_default="", blank=True)
    external_id = models.CharField(max_length=200, db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

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


class OptOut(models.Model):
    """A person does not want to hear from us in one channel; the code is that of a campaign channel."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="opt_outs")
    channel = models.SlugField(max_length=40, help_text="The code of the channel: email, phone, mail ...")
    opted_out_at = models.DateTimeField()
    source = models.CharField(max_length=60, db_default="", blank=True, help_text="Who told us.")

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


class TitleRule(models.Model):
    """What a title suggests. Of the rules for a field that match, the one with the lowest position speaks.

    A rule matches when the title holds one of the phrases as whole words, and the seniority and department
    that were found before are those it asks for; what is empty is not asked.
    """

    class Suggests(models.TextChoices):
        SENIORITY = "seniority", "Seniority"
        DEPARTMENT = "department", "Department"
        PERSONA = "persona", "Persona"
        BUYING_ROLE = "buying_role", "Buying role"

    position = models.PositiveSmallIntegerField(default=100)
    suggests = models.CharField(max_length=12, choices=Suggests)
    phrases = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="Separated by commas.")
    if_seniority = models.CharField(max_length=10, choices=Contact.Seniority, db_default="", blank=True)
    if_department = models.CharField(max_length=100, db_default="", blank=True)
    seniority = models.CharField(max_length=10, choices=Contact.Seniority, db_default="", blank=True)
    department = models.CharField(max_length=100, db_default="", blank=True)
    persona = models.ForeignKey(Persona, models.CASCADE, null=True, blank=True, related_name="title_rules")
    buying_role = models.ForeignKey(BuyingRole, models.CASCADE, null=True, blank=True, related_name="title_rules")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(suggests="seniority", department="", persona=None, buying_role=None)
                & ~models.Q(seniority="")
                | models.Q(suggests="department", seniority="", persona=None, buying_role=None)
                & ~models.Q(department="")
                | models.Q(suggests="persona", seniority="", department="", persona__isnull=False, buying_role=None)
                | models.Q(
                    suggests="buying_role", seniority="", department="", persona=None, buying_role__isnull=False
                ),
                name="title_rule_suggests_one_thing",
                violation_error_message="Fill in just the field that the rule suggests.",
            ),
            models.CheckConstraint(
                condition=models.Q(phrases__len__gt=0) | ~models.Q(if_seniority="") | ~models.Q(if_department=""),
                name="title_rule_asks_something",
                violation_error_message="Give a phrase, a seniority or a department to look for.",
            ),
        ]

    def __str__(self) -> str:
        asked = ", ".join(filter(None, (*self.phrases, self.if_seniority, self.if_department)))
        return f"{asked}: {self.get_suggests_display()}"


class Suppression(models.Model):
    """Somebody who asked to be forgotten. No address is kept: only a keyed hash by which a later file is recognised."""

    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA256 of the email or of source and key.")
    suppressed_at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.digest[:8]}..."
