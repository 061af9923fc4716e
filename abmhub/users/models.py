"""People who sign in, the team they belong to, when they are away, and what they are told."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower, Now

from abmhub.core.models import WorkingCalendar


class Role(models.TextChoices):
    SALES_REP = "sales_rep", "Sales rep"
    SALES_MANAGER = "sales_manager", "Sales manager"
    MARKETER = "marketer", "Marketer"
    MARKETING_MANAGER = "marketing_manager", "Marketing manager"
    ADMIN = "admin", "Administrator"
    ANALYST = "analyst", "Analyst"


SALES_ROLES = frozenset({Role.SALES_REP, Role.SALES_MANAGER})
MARKETING_ROLES = frozenset({Role.MARKETER, Role.MARKETING_MANAGER})


class Team(models.Model):
    """People who answer to one manager; budgets may be given to a team."""

    name = models.CharField(max_length=100, unique=True)
    manager = models.ForeignKey("users.User", models.SET_NULL, null=True, blank=True, related_name="managed_teams")
    calendar = models.ForeignKey(
        WorkingCalendar,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="teams",
        help_text="By which its work is promised, paused and escalated. Empty: everybody's.",
    )

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without an email or a password they cannot sign in yet."""
        user = self.model(email=self.normalize_email(email).lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator who may also use Django admin."""
        fields |= {"role": Role.ADMIN, "is_staff": True, "is_superuser": True}
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Imported people have no email until an administrator gives them one."""

    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role, default=Role.SALES_REP)
    team = models.ForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="members")
    source = models.CharField(max_length=60, db_default="", blank=True)
    external_id = models.CharField(max_length=200, db_default="", blank=True)
    is_staff = models.BooleanField("may use the admin", default=False, help_text="Opens Django admin to this person.")
    is_active = models.BooleanField("active", default=True, help_text="Unset this instead of deleting a leaver.")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="user_external_id_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def is_sales(self) -> bool:
        return self.role in SALES_ROLES

    @property
    def is_marketing(self) -> bool:
        return self.role in MARKETING_ROLES

    @property
    def sees_every_account(self) -> bool:
        """Sales sees its own accounts; everyone else works across all of them."""
        return not self.is_sales


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def absent_on(self, day: date) -> Self:
        return self.filter(starts_on__lte=day, ends_on__gte=day)

    def from_day(self, day: date) -> Self:
        """Those of the day and those to come, in their order."""
        return self.filter(ends_on__gte=day).order_by("starts_on", "pk")

    def stand_ins(self, day: date) -> dict[int, int | None]:
        """Who does the work of each person who is away on the day, by their ids; None where nobody is there.

        A delegate who is away too is covered by their own delegate, and one who has left by nobody.
        """
        away = {absence.person_id: absence.delegate for absence in self.absent_on(day).select_related("delegate")}
        return {person_id: _who_is_there(person_id, away) for person_id in away}

    def covered_by(self, user: User, day: date) -> set[int]:
        """The ids of those for whom this person does the work on the day."""
        return {person_id for person_id, stand_in in self.stand_ins(day).items() if stand_in == user.pk}


def _who_is_there(person_id: int, away: dict[int, User | None]) -> int | None:
    """The first of a chain of delegates who is at work; nobody when it ends before, or in a circle."""
    passed: set[int] = set()
    while person_id in away:
        delegate = away[person_id]
        if delegate is None or not delegate.is_active or person_id in passed:
            return None
        passed.add(person_id)
        person_id = delegate.pk
    return person_id


class Absence(models.Model):
    """Days on which somebody is away, and who decides and works in their place."""

    person = models.ForeignKey(User, models.CASCADE, related_name="absences")
    starts_on = models.DateField("from", help_text="The first day away.")
    ends_on = models.DateField("until", help_text="The last day away.")
    delegate = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="covered_absences",
        help_text="Who decides and works in their place. Nobody: whoever is next by the rules.",
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="absence_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=models.Q(delegate=None) | ~models.Q(delegate=models.F("person")),
                name="absence_covered_by_somebody_else",
                violation_error_message="Nobody can cover their own absence.",
            ),
            ExclusionConstraint(
                name="absence_once_a_day",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "starts_on",
                            "ends_on",
                            models.Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="An absence of these days is entered already: end it first.",
            ),
        ]
        indexes = [models.Index(fields=["ends_on"], name="absence_ends")]

    def __str__(self) -> str:
        return f"{self.person} is away from {self.starts_on:%-d %B} until {self.ends_on:%-d %B %Y}"

    def clean(self) -> None:
        """Said of the field: the database cannot look for overlaps of days that run backwards."""
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The last day lies before the first."})


class NotificationQuerySet(models.QuerySet["Notification"]):
    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(models.Model):
    """A sentence for one person. `key` makes a second delivery of the same news invisible."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    path = models.CharField(max_length=300, blank=True, help_text="Where it leads, in this site.")
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="notification_once")]
        indexes = [models.Index(fields=["user", "-created_at"], name="notification_newest")]

    def __str__(self) -> str:
        return self.text


class MailChoice(models.Model):
    """How somebody wants to be written to; who never chose is written to at once."""

    class When(models.TextChoices):
        AT_ONCE = "at_once", "At once"
        DAILY = "daily", "Once a day, in the morning"
        NEVER = "never", "Never: the pages are enough"

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="mail_choice")
    when = models.CharField(max_length=8, choices=When, default=When.AT_ONCE)

    def __str__(self) -> str:
        return f"{self.user}: {self.get_when_display()}"
