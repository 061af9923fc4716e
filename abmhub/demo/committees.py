"""The people at the companies: buying committees with gaps, opt-outs, stances that somebody wrote down, and
suggestions that wait for somebody to confirm them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from abmhub.committee.models import (
    DEPARTMENTS,
    SUGGESTED,
    BuyingRole,
    Contact,
    OptOut,
    Persona,
    StanceChange,
    TitleReader,
    TitleRule,
)
from abmhub.demo.companies import Company, Mood
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy
from abmhub.demo.names import Country, person
from abmhub.demo.words import sections, table

ROLE_SHARES = {"decision_maker": 17, "influencer": 33, "it_expert": 16, "user": 29, "other": 5}
"""How often somebody we know plays a part, in percent; others play none that we know of."""

STANCES = {"champion": 2, "supporter": 4, "neutral": 4, "blocker": 1.3}
AT_A_PROMISING_COMPANY, ELSEWHERE = 7.0, 1.85
"""How many people we know, on average."""
NEIGHBOURS = {
    "GB": ("in", "ar", "ng"), "IE": ("en", "pl"), "US": ("in", "es", "zh"), "CA": ("fr", "in"), "BR": ("it", "jp"),
    "DE": ("tr", "pl", "it"), "CH": ("fr", "it"), "FR": ("ar", "pt"), "NL": ("de", "tr"), "BE": ("fr", "ar"),
    "SE": ("fi", "ar"), "AE": ("in", "en"), "SA": ("in", "en"), "ZA": ("en", "in"), "SG": ("in", "en"),
    "AU": ("zh", "in"),
}  # fmt: skip
"""Where else the people of a country come from."""


@dataclass(slots=True)
class Member:
    """A contact in the making."""

    id: int
    company: Company
    name: str
    title: str
    department: str
    seniority: str
    role: str
    email: str
    phone: str
    stance: str = ""
    stance_note: str = ""
    opted_out_at: datetime | None = None

    @property
    def first(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def is_reachable(self) -> bool:
        return self.opted_out_at is None and bool(self.email or self.phone)


def introduce_personas() -> None:
    """Write Larkfield's own personas beside those that ship."""
    roles = {role.code: role for role in BuyingRole.objects.all()}
    Persona.objects.bulk_create(
        Persona(
            name=name,
            buying_role=roles[about["role"]],
            goals=about["goals"],
            pains=about["pains"],
            tofu_message=about["tofu"],
            mofu_message=about["mofu"],
            bofu_message=about["bofu"],
        )
        for name, about in _own_personas().items()
    )


def listen_for_personas() -> None:
    """Let titles suggest Larkfield's own personas, before those that ship."""
    keys = {persona.name: persona for persona in Persona.objects.filter(name__in=_own_personas())}
    TitleRule.objects.bulk_create(
        TitleRule(
            position=5, suggests="persona", persona=keys[name], if_seniority=seniority, if_department=department.strip()
        )
        for name, about in _own_personas().items()
        for department in about["departments"].split(",")
        if department.strip() in DEPARTMENTS
        for seniority in RANKS[about["role"]]
    )


RANKS = {
    "decision_maker": ("c_level", "vp"), "influencer": ("director", "manager"), "user": ("staff",),
    "it_expert": ("vp", "director", "manager", "staff"),
}  # fmt: skip
"""Whom the shipped rules take for each role."""


@cache
def _own_personas() -> dict[str, dict[str, str]]:
    return {
        name: {key: text.strip() for key, _, text in (line.partition(":") for line in lines)}
        for name, lines in sections("personas").items()
    }


def gather(throw: Dice, calendar: Calendar, companies: list[Company], number: int, first_id: int) -> list[Member]:
    """So many people, spread over the companies; each company learns who its own are."""
    counts = _sizes(throw, companies, number)
    members: list[Member] = []
    for company, count in zip(companies, counts, strict=True):
        taken: set[str] = set()
        for _ in range(count):
            member = _member(throw, calendar, company, first_id + len(members), taken)
            company.members.append(len(members))
            members.append(member)
    return members


def _sizes(throw: Dice, companies: list[Company], number: int) -> list[int]:
    sizes = [
        max(int(throw.gauss(AT_A_PROMISING_COMPANY, 2.2)), 1)
        if company.is_promising
        else int(throw.expovariate(1 / 2.3))
        for company in companies
    ]
    missing = number - sum(sizes)
    while missing:
        at = throw.randrange(len(sizes))
        step = 1 if missing > 0 else -1
        if 0 <= sizes[at] + step <= 16:
            sizes[at] += step
            missing -= step
    return sizes


def _member(throw: Dice, calendar: Calendar, company: Company, number: int, taken: set[str]) -> Member:
    culture = _culture(throw, company.country)
    found = person(throw, culture)
    while found.mailbox in taken:
        found = person(throw, culture)
    taken.add(found.mailbox)
    role = throw.weighted(list(ROLE_SHARES), list(ROLE_SHARES.values()))
    seniority, department, title = throw.pick(_titles(role, company.industry))
    has_email = company.domain is not None and throw.chance(0.93)
    has_phone = throw.chance(0.5)
    member = Member(
        id=number,
        company=company,
        name=found.name,
        title=title,
        department=department,
        seniority=seniority,
        role="" if role == "other" else role,
        email=f"{found.mailbox}@{company.domain}" if has_email else "",
        phone=_phone(throw, company.country) if has_phone else "",
    )
    if throw.chance(0.045):
        member.opted_out_at = calendar.moment(throw, calendar.day(throw))
    if company.is_promising and member.role and throw.chance(_TALK[company.mood]):
        member.stance = throw.weighted(list(STANCES), list(STANCES.values()))
        note = throw.pick(sections("notes")[f"stance.{member.stance}"])
        member.stance_note = note.format(city=company.city, first=member.first, account=company.name)
    return member


_TALK = {
    Mood.HOT: 0.6, Mood.STIRRED: 0.5, Mood.FADING: 0.45, Mood.WARM: 0.2, Mood.QUIET: 0.12, Mood.SILENT: 0.03,
}  # fmt: skip
"""How often somebody has told us where they stand."""


def _culture(throw: Dice, country: Country) -> str:
    others = NEIGHBOURS.get(country.code)
    return throw.pick(others) if others and throw.chance(0.22) else country.culture


@cache
def _titles(role: str, industry: str) -> list[tuple[str, ...]]:
    """The titles of a role; those of the industry count as often as the general ones."""
    general = table("titles", role)
    special = table("titles", f"{industry}.{role}") if f"{industry}.{role}" in sections("titles") else []
    return [*general, *special * (len(general) // (2 * len(special)) if special else 0)]


def _phone(throw: Dice, country: Country) -> str:
    """A number from the range kept for fiction."""
    return f"{country.prefix} {throw.randint(20, 98)} 555 01{throw.randint(10, 99)}"


CONTACT_FIELDS = (
    "id", "account", "name", "title", "department", "seniority", "email", "phone", "buying_role", "persona", "stance",
    "stance_note", "opted_out_at", "created_at", "decided",
)  # fmt: skip

NOT_LOOKED_AT = 0.35
"""How often nobody has looked yet at what the title of somebody suggests."""


def write(throw: Dice, calendar: Calendar, members: Sequence[Member]) -> None:
    """Write the contacts, each with the persona that their department suggests, and what they told us."""
    roles = {role.code: role.pk for role in BuyingRole.objects.all()}
    own, shipped = _personas_by_department(), _shipped_personas()
    reader = TitleReader.load()

    def decided(member: Member, persona: int | None) -> list[str]:
        """The fields that somebody decided: all that are known, or those of which the title says something else."""
        known = (member.seniority, member.department, persona, roles.get(member.role))
        is_looked_at = not throw.chance(NOT_LOOKED_AT)
        pairs = zip(SUGGESTED, known, reader.suggest(member.title), strict=True)
        return [field for field, value, suggested in pairs if value != suggested or (value and is_looked_at)]

    def persona_of(member: Member) -> int | None:
        return own.get((member.role, member.department)) or shipped.get(member.role)

    copy(
        Contact,
        CONTACT_FIELDS,
        (
            (
                member.id, member.company.id, member.name, member.title, member.department, member.seniority,
                member.email, member.phone, roles.get(member.role), persona_of(member),
                member.stance, member.stance_note, member.opted_out_at, member.company.created_at,
                decided(member, persona_of(member)),
            )
            for member in members
        ),
    )  # fmt: skip
    copy(OptOut, ("contact", "channel", "opted_out_at", "source"), _opt_outs(throw, calendar, members))
    copy(StanceChange, ("contact", "stance", "note", "by", "changed_at"), _stances(throw, calendar, members))


def _opt_outs(throw: Dice, calendar: Calendar, members: Sequence[Member]) -> Iterator[tuple[object, ...]]:
    """Some have had enough of one channel lately, whatever was sent to them before."""
    for member in members:
        if member.is_reachable and throw.chance(0.04):
            day = calendar.day(throw, len(calendar.days) - 20)
            channel, source = throw.pick((("email", "Unsubscribe link"), ("phone", "On the phone"), ("event", "Email")))
            yield member.id, channel, calendar.moment(throw, day), source


def _stances(throw: Dice, calendar: Calendar, members: Sequence[Member]) -> Iterator[tuple[object, ...]]:
    """Where they stand, and of some where they stood before."""
    for member in members:
        if not member.stance:
            continue
        by = member.company.owner.pk if member.company.owner else None
        day = calendar.day(throw, len(calendar.days) // 2)
        if member.stance != "neutral" and throw.chance(0.4):
            before = throw.pick(sections("notes")["stance.neutral"])
            note = before.format(city=member.company.city, first=member.first, account=member.company.name)
            yield member.id, "neutral", note, by, calendar.moment(throw, calendar.day(throw, 0, day))
        yield member.id, member.stance, member.stance_note, by, calendar.moment(throw, day)


def _personas_by_department() -> dict[tuple[str, str], int]:
    """Larkfield's own personas, by buying role and department."""
    keys = {persona.name: persona.pk for persona in Persona.objects.filter(name__in=_own_personas())}
    return {
        (about["role"], department.strip()): keys[name]
        for name, about in _own_personas().items()
        for department in about["departments"].split(",")
    }


def _shipped_personas() -> dict[str, int]:
    """The first persona of each role that ships."""
    shipped = Persona.objects.exclude(name__in=_own_personas()).select_related("buying_role").order_by("-pk")
    return {persona.buying_role.code: persona.pk for persona in shipped}
