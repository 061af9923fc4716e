"""What a job title says about a person: rules that administrators edit, and one reading of all of them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from abmhub.committee.models.role import BuyingRole, Persona
from abmhub.committee.phrases import Phrases, words_of

SUGGESTED = ("seniority", "department", "persona", "buying_role")
"""The fields of a contact that title rules suggest."""

SHOWN = 6
"""So many phrases of a rule are shown where it is named."""

DEPARTMENTS = (
    "Executive", "Sales", "Marketing", "Finance", "IT", "Engineering", "Product", "Operations", "Production",
    "Logistics", "Procurement", "HR", "Legal", "Customer success", "Research", "Administration", "Health care",
    "Education",
)  # fmt: skip
"""What the shipped rules call departments; people and files may say others."""


class Seniority(models.TextChoices):
    C_LEVEL = "c_level", "C-level"
    VP = "vp", "VP"
    DIRECTOR = "director", "Director"
    MANAGER = "manager", "Manager"
    STAFF = "staff", "Staff"


class Suggested(NamedTuple):
    """What a title says: persona and buying role by their keys; what it does not say is empty."""

    seniority: str = ""
    department: str = ""
    persona: int | None = None
    buying_role: int | None = None


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
    if_seniority = models.CharField(max_length=10, choices=Seniority, default="", db_default="", blank=True)
    if_department = models.CharField(max_length=100, default="", db_default="", blank=True)
    seniority = models.CharField(max_length=10, choices=Seniority, default="", db_default="", blank=True)
    department = models.CharField(max_length=100, default="", db_default="", blank=True)
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
        return f"{self.heard_for_people}: {self.said_for_people}"

    @property
    def says(self) -> str | int | None:
        """The value it suggests; of a persona or a buying role the key."""
        value: str | int | None = getattr(self, f"{self.suggests}_id", None) or getattr(self, self.suggests)
        return value

    @property
    def heard_for_people(self) -> str:
        """What it listens for: the first phrases, or what it asks for."""
        more = f" and {len(self.phrases) - SHOWN} more" if len(self.phrases) > SHOWN else ""
        asked = ", ".join(filter(None, (self.get_if_seniority_display(), self.if_department)))
        return ", ".join(self.phrases[:SHOWN]) + more or asked

    @property
    def said_for_people(self) -> str:
        """The value it suggests, by its name."""
        return self.get_seniority_display() or self.department or str(self.persona or self.buying_role or "")

    def asks_no_more_than(self, found: Suggested) -> bool:
        """Whether it may speak of a title in which so much was found, if its phrases are heard."""
        return self.if_seniority in ("", found.seniority) and self.if_department in ("", found.department)


@lru_cache(maxsize=32)  # every saved contact and every file of contacts reads by rules that seldom change
def _phrases_of(rules: tuple[tuple[int | str, ...], ...]) -> Phrases:
    """Of rules that are each a number and its phrases."""
    return Phrases((int(at), map(str, phrases)) for at, *phrases in rules)


class TitleReader:
    """Reads titles by the rules as they were when it was made; the same title is read once."""

    def __init__(self, rules: Iterable[TitleRule]) -> None:
        ordered = sorted(rules, key=lambda rule: (rule.position, rule.pk))
        self._rules = {field: [rule for rule in ordered if rule.suggests == field] for field in SUGGESTED}
        self._phrases = {
            field: _phrases_of(tuple((at, *rule.phrases) for at, rule in enumerate(self._rules[field])))
            for field in SUGGESTED
        }
        self._without_phrases = {
            field: {at for at, rule in enumerate(self._rules[field]) if not rule.phrases} for field in SUGGESTED
        }
        self.suggest = lru_cache(maxsize=100_000)(self._suggest)

    @classmethod
    def load(cls) -> Self:
        """With the rules of this installation, in one query."""
        return cls(TitleRule.objects.select_related("persona", "buying_role"))

    def _suggest(self, title: str) -> Suggested:
        """What the rules say of this title. An empty title says nothing."""
        return self._read(title)[0]

    def spoken(self, title: str) -> dict[str, TitleRule]:
        """The rule that speaks for each field, where one does."""
        return self._read(title)[1]

    def _read(self, title: str) -> tuple[Suggested, dict[str, TitleRule]]:
        found, spoken = Suggested(), dict[str, TitleRule]()
        written = words_of(title)
        if not written:
            return found, spoken
        heard = {
            field: sorted(self._phrases[field].heard_in(written) | self._without_phrases[field]) for field in SUGGESTED
        }
        # Seniority twice: a department may depend on it, and it on a department.
        for field in ("seniority", "department", "seniority", "buying_role", "persona"):
            if field not in spoken:
                rules = (self._rules[field][at] for at in heard[field])
                if speaks := next((rule for rule in rules if rule.asks_no_more_than(found)), None):
                    spoken[field] = speaks
                    values: dict[str, Any] = {field: speaks.says}
                    found = found._replace(**values)
        return found, spoken
