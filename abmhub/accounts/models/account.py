"""Companies, who works them, and what other systems call them."""

from typing import Any, Self, TypeVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now, Upper
from django.db.models.lookups import Exact

from abmhub.accounts.domains import identifies_a_company, registrable
from abmhub.accounts.names import normalized
from abmhub.core import sql
from abmhub.users.models import Role, User

FILTERED = ("owner", "territory", "industry", "country", "segment", "is_customer")
"""What lists are narrowed by. Indexes have it beside the order or the filter that they are for: they answer alone,
without a look at any row, up to the other end of the order, where the accounts of a poor industry stand. That it
changes costs no more than before, for each column begins an index of its own."""
SAMPLE = models.Q(Exact(models.F("id") % models.Value(499), 7))
"""Accounts that stand for all: some two thousand of a million, always the same, whose rows are therefore at hand."""


class Territory(models.Model):
    """A part of the market with the people who work it."""

    name = models.CharField(max_length=100, unique=True)
    members = models.ManyToManyField(User, related_name="territories", blank=True)

    class Meta:
        verbose_name_plural = "territories"

    def __str__(self) -> str:
        return self.name


class Segment(models.TextChoices):
    SMB = "smb", "SMB"
    MID_MARKET = "mid_market", "Mid-market"
    ENTERPRISE = "enterprise", "Enterprise"


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: User) -> Self:
        """The accounts this person may know of.

        A rep: those they own, those of their territories, those whose account team they are on.
        A sales manager: the same for every member of the teams they manage. Others: all.
        """
        if user.sees_every_account:
            return self
        people = User.objects.filter(pk=user.pk)
        if user.role == Role.SALES_MANAGER:
            people = User.objects.filter(models.Q(pk=user.pk) | models.Q(team__manager=user))
        # A union, each part of which an index answers; joined by OR, none would be.
        owned = Account.objects.filter(owner__in=people).values("pk")
        of_territory = Account.objects.filter(territory__in=Territory.objects.filter(members__in=people)).values("pk")
        of_team = AccountTeamMember.objects.filter(user__in=people).values("account")
        return self.filter(pk__in=owned.union(of_territory, of_team, all=True))

    def in_tier(self, level: int) -> Self:
        """Accounts of a tier; 0 means those in none."""
        return self.filter(standing__tier=level) if level else self.filter(standing__tier=None)

    def called(self, words: str) -> Self:
        """Accounts that have just this domain, or this name however its legal form is written."""
        named = models.Q(normalized_name=normalized(words))
        domain = registrable(words)
        return self.filter(named | models.Q(domain=domain) if domain else named)

    def matching(self, words: str) -> Self:
        """Of these accounts those whose name or domain contains the words; see `keys_matching`."""
        return self.filter(pk__in=self.keys_matching(words))

    def keys_matching(self, words: str, *, at_most: int = 500) -> "models.QuerySet[Account, Any]":
        """The keys of those whose name or domain contains the words; under three letters, begins with them.

        Trigrams find nothing shorter than three letters, and a sorted search over all that match is
        slow however it is indexed: so no more than `at_most` of them are looked at.
        """
        words = words.strip()
        if len(words) < 3:
            beginning = words.lower()
            found = models.Q(normalized_name__startswith=beginning) | models.Q(domain__startswith=beginning)
        else:
            found = models.Q(name__icontains=words) | models.Q(domain__icontains=words)
        return self.filter(found).order_by().values("pk")[:at_most]

    def facets(self) -> dict[str, list[str]]:
        """The industries and the countries that any account has, in their order; the rights of nobody
        are asked, because that some account is in Kenya tells nobody which."""
        found: dict[str, list[str]] = {"industry": [], "country": []}
        for row in sql.rows("accounts/facets"):
            found[row["facet"]].append(row["value"])
        return found


class Account(models.Model):  # type: ignore[django-manager-missing]  # pghistory makes the model of its history
    """A company we might sell to. The domain is the registrable one, where it is known."""

    name = models.CharField(max_length=200)
    normalized_name = models.CharField(max_length=200, editable=False, help_text="Lower case, without the legal form.")
    domain = models.CharField(max_length=253, null=True, blank=True, unique=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="subsidiaries")
    # Both are the first column of an index below, which does what one of their own would.
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="owned_accounts", db_index=False
    )
    territory = models.ForeignKey(
        Territory, models.SET_NULL, null=True, blank=True, related_name="accounts", db_index=False
    )
    team = models.ManyToManyField(User, through="AccountTeamMember", related_name="team_accounts", blank=True)
    industry = models.CharField(max_length=100, db_default="", blank=True)
    country = models.CharField(max_length=2, db_default="", blank=True, help_text="Two letters, ISO 3166.")
    headquarters = models.CharField(max_length=200, db_default="", blank=True)
    segment = models.CharField(max_length=12, choices=Segment, db_default="", blank=True)
    employees = models.PositiveIntegerField(null=True, blank=True)
    annual_revenue_amount = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    acv_amount = models.DecimalField(
        "expected ACV",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Annual contract value that a deal with this account would have.",
    )
    currency = models.CharField(max_length=3, db_default="USD", default="USD")
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    technologies = ArrayField(models.CharField(max_length=60), default=list, db_default=[], blank=True)
    attributes = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="Value by code of the attributes that this installation defined; see `Attribute`.",
    )
    is_customer = models.BooleanField(default=False, db_default=False)
    is_target = models.BooleanField(default=True, db_default=True, help_text="Part of the total addressable market.")
    refreshed_at = models.DateTimeField(null=True, blank=True, help_text="When a source last confirmed these facts.")
    refreshed_from = models.CharField(
        max_length=60, db_default="", blank=True, help_text="The source that did; its clock says when they are stale."
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        indexes = [
            # With the key and the other filters: the accounts of an industry are named without a look at any row.
            *(
                models.Index(
                    fields=[name, "id"],
                    include=tuple(other for other in FILTERED if other != name),
                    name=f"account_of_{name}",
                )
                for name in ("owner", "territory", "industry", "country")
            ),
            models.Index(fields=["segment", "id"], name="account_of_segment"),
            models.Index(fields=["normalized_name", "id"], name="account_normalized_name"),
            models.Index(OpClass("normalized_name", "varchar_pattern_ops"), name="account_name_prefix"),
            models.Index(fields=["id"], condition=models.Q(is_customer=True), name="account_customers"),
            models.Index(
                fields=["-acv_amount", "-id"],
                include=FILTERED,
                condition=models.Q(acv_amount__isnull=False),
                name="account_by_acv",
            ),
            models.Index(
                fields=["-employees", "-id"],
                include=FILTERED,
                condition=models.Q(employees__isnull=False),
                name="account_by_employees",
            ),
            models.Index(fields=["refreshed_from"], name="account_refreshed_from"),
            models.Index(fields=["id"], condition=SAMPLE, name="account_sample"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="account_name_trigrams"),
            GinIndex(OpClass(Upper("domain"), "gin_trgm_ops"), name="account_domain_trigrams"),
        ]
        triggers = [
            # So that lists may join the two without losing an account that no night has seen yet.
            # Deferred: whoever writes both in one transaction is not disturbed. Who writes very many at once brings
            # the standings along and says so, which spares a call for each: see `sql/import_standings`.
            pgtrigger.Trigger(
                name="account_has_a_standing",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Condition(
                    "current_setting('abmhub.brings_standings', true) IS DISTINCT FROM 'yes'"
                ),
                func="""
                    IF EXISTS (SELECT 1 FROM accounts_account WHERE id = NEW.id)
                        AND NOT EXISTS (SELECT 1 FROM accounts_standing WHERE account_id = NEW.id)
                    THEN
                        INSERT INTO accounts_standing (account_id) VALUES (NEW.id);
                    END IF;
                    RETURN NULL;
                """,
            ),
            # Into `Reassignment`, what they were until then, with the context that pghistory has for this request.
            pgtrigger.Trigger(
                name="reassigned",
                operation=pgtrigger.Update,
                when=pgtrigger.After,
                condition=pgtrigger.AnyChange("owner", "territory"),
                func="""
                    IF current_setting('pghistory.context_id', true) <> '' THEN
                        INSERT INTO pghistory_context (id, metadata, created_at, updated_at)
                        VALUES (
                            current_setting('pghistory.context_id')::uuid,
                            current_setting('pghistory.context_metadata')::jsonb,
                            now(), now()
                        )
                        ON CONFLICT (id) DO NOTHING;
                    END IF;
                    INSERT INTO accounts_reassignment (
                        pgh_obj_id, owner_id, territory_id, pgh_context_id, pgh_created_at, pgh_label
                    )
                    VALUES (
                        OLD.id, OLD.owner_id, OLD.territory_id,
                        nullif(current_setting('pghistory.context_id', true), '')::uuid, now(), 'reassigned'
                    );
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raises ValidationError for a domain that identifies nobody, and for a parent that lies below the account."""
        if self.domain:
            domain = registrable(self.domain)
            if domain is None or not identifies_a_company(domain):
                raise ValidationError({"domain": "This is no domain of one company, such as example.com."})
            self.domain = domain
        if self.parent_id and self.lies_above(self.parent_id):
            raise ValidationError({"parent": "That account lies below this one: they would be each other's parent."})

    def lies_above(self, account: int) -> bool:
        """Whether this account is the one with that key, or a parent of it, however far up."""
        return any(row["id"] == self.pk for row in sql.rows("accounts/ancestors", account=account))

    def save(self, **options: Any) -> None:
        """The normalised name follows the name; rows written in bulk bring their own."""
        self.normalized_name = normalized(self.name)
        if "name" in (changed := options.get("update_fields") or ()):
            options["update_fields"] = {*changed, "normalized_name"}
        super().save(**options)


Row = TypeVar("Row", bound=models.Model)


class OfAccountQuerySet(models.QuerySet[Row]):
    """Rows that belong to an account: whoever may see the account may see them."""

    account_path = "account"

    def visible_to(self, user: User) -> Self:
        """The rows of accounts that this person may know of."""
        if user.sees_every_account:
            return self
        return self.filter(**{f"{self.account_path}__in": Account.objects.visible_to(user)})


class AccountTeamMember(models.Model):
    """Someone who works an account besides its owner, for example by owning a deal with it."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="team_members")
    user = models.ForeignKey(User, models.CASCADE, related_name="account_teams")
    reason = models.CharField(max_length=100, db_default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "account"], name="account_team_member_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.account}"


class AccountIdentity(models.Model):
    """What another system calls this account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="identities")
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "account identities"
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="account_identity_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
