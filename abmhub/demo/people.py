"""The people of Larkfield Systems: sales teams by region, marketing, and one sign-in for each role."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import make_password

from abmhub.accounts.models import Territory
from abmhub.demo.dice import Dice
from abmhub.demo.names import Person, person
from abmhub.demo.scale import Scale
from abmhub.users.models import Role, Team, User

COMPANY = "Larkfield Systems"
DOMAIN = "larkfield.example"

REGIONS = {
    "Europe North": ("UK & Ireland", "Nordics", "DACH"),
    "Europe South & Middle East": (
        "France & Benelux",
        "Middle East & Africa",
        "Southern Europe",
        "Central & Eastern Europe",
    ),
    "Americas": ("US East", "US West", "Canada", "Latin America"),
    "Asia Pacific": ("Asia Pacific", "India"),
}
"""Sales teams and the territories each works."""

CULTURES = {
    "Europe North": ("en", "ie", "nordic", "de", "in"),
    "Europe South & Middle East": ("fr", "nl", "es", "it", "ar", "pl", "tr"),
    "Americas": ("us", "us", "es", "pt", "in"),
    "Asia Pacific": ("zh", "in", "jp", "en", "kr"),
    "Marketing": ("en", "de", "us", "fr", "zh", "ar", "in", "es"),
}
"""Where the people of a team may come from."""

SIGN_INS = (
    (Role.SALES_REP, "Rana Haddad"),
    (Role.SALES_MANAGER, "Selma Berg"),
    (Role.MARKETER, "Mei Chen"),
    (Role.MARKETING_MANAGER, "Greta Vogt"),
    (Role.ADMIN, "Ada Stone"),
    (Role.ANALYST, "Anil Rao"),
)
"""Who may sign in to look around; everybody else is there to be worked with."""

_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aeiou"


@dataclass(frozen=True)
class SignIn:
    role: str
    email: str
    password: str


@dataclass(frozen=True)
class Staff:
    """Everybody who works here, as rows of the database."""

    by_role: dict[str, User]
    """The person of each role who can sign in."""
    reps: dict[str, list[User]]
    """By territory."""
    marketers: list[User]
    territories: dict[str, Territory]
    sales_teams: list[Team]

    @property
    def rep(self) -> User:
        """The rep whom a visitor signs in as."""
        return self.by_role[Role.SALES_REP]

    @property
    def marketing_manager(self) -> User:
        return self.by_role[Role.MARKETING_MANAGER]


def hire(throw: Dice, scale: Scale, at: datetime) -> tuple[Staff, list[SignIn]]:
    """Write users, teams and territories. Nobody but those of SIGN_INS has a password."""
    sign_ins: list[SignIn] = []
    known: dict[str, User] = {}
    for role, name in SIGN_INS:
        password = pronounceable()
        user = User(name=name, role=role, email=f"{name.partition(' ')[0].lower()}@{DOMAIN}", created_at=at)
        user.is_staff = user.is_superuser = role == Role.ADMIN
        user.password = make_password(password)
        known[role] = user
        sign_ins.append(SignIn(role, user.email or "", password))
    sales = [Team(name=name) for name in REGIONS]
    marketing = Team(name="Marketing")
    Team.objects.bulk_create([*sales, marketing])
    newcomers = _Newcomers(throw, {user.email or "" for user in known.values()}, at)
    everyone = list(known.values())
    for team in sales:
        manager = known[Role.SALES_MANAGER] if team is sales[0] else newcomers.next(team, Role.SALES_MANAGER)
        members = [newcomers.next(team, Role.SALES_REP) for _ in range(scale.reps_per_team)]
        if team is sales[0]:
            members[0] = known[Role.SALES_REP]
        _form(team, manager, [manager, *members])
        everyone += [user for user in (manager, *members) if user not in everyone]
    marketers = [known[Role.MARKETER], *(newcomers.next(marketing, Role.MARKETER) for _ in range(scale.marketers - 1))]
    _form(marketing, known[Role.MARKETING_MANAGER], [known[Role.MARKETING_MANAGER], *marketers])
    everyone += marketers[1:]
    User.objects.bulk_create(everyone)
    for team in (*sales, marketing):
        team.manager = next(user for user in everyone if user.team is team and user.role.endswith("manager"))
    Team.objects.bulk_update([*sales, marketing], ["manager"])
    reps, territories = _give_territories(sales, everyone)
    return Staff(known, reps, marketers, territories, sales), sign_ins


def _form(team: Team, manager: User, members: list[User]) -> None:
    for user in members:
        user.team = team
    team.manager = manager


def _give_territories(sales: list[Team], everyone: list[User]) -> tuple[dict[str, list[User]], dict[str, Territory]]:
    """Every territory has a rep, and every rep a territory; the first rep of a team gets a second one."""
    reps: dict[str, list[User]] = {}
    for team in sales:
        members = [user for user in everyone if user.team is team and user.role == Role.SALES_REP]
        names = REGIONS[team.name]
        for turn in range(max(len(members), len(names))):
            owner, name = members[turn % len(members)], names[turn % len(names)]
            if owner not in reps.setdefault(name, []):
                reps[name].append(owner)
        if len(members) > len(names):
            reps[names[1]].append(members[0])
    territories = {name: Territory(name=name) for name in reps}
    Territory.objects.bulk_create(territories.values())
    for name, territory in territories.items():
        territory.members.set(reps[name])
    return reps, territories


class _Newcomers:
    """Makes up colleagues, no two with one email."""

    def __init__(self, throw: Dice, taken: set[str], at: datetime) -> None:
        self.throw, self.taken, self.at = throw, taken, at

    def next(self, team: Team, role: Role) -> User:
        while True:
            found: Person = person(self.throw, self.throw.pick(CULTURES[team.name]))
            email = f"{found.mailbox}@{DOMAIN}"
            if email not in self.taken:
                break
        self.taken.add(email)
        user = User(name=found.name, role=role, email=email, created_at=self.at)
        user.set_unusable_password()
        return user


def pronounceable() -> str:
    """A password that can be read out, new every time: three words of syllables and two digits, 50 bits."""
    words = ("".join(secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(size)) for size in (3, 3, 2))
    return "-".join([*words, f"{secrets.randbelow(90) + 10}"])


def keep(sign_ins: list[SignIn], file: Path) -> None:
    """Write role, email and password of each, between tabs, to a file that its owner alone may read."""
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as target:
        target.writelines(f"{one.role}\t{one.email}\t{one.password}\n" for one in sign_ins)
