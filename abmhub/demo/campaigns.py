"""Campaigns of both motions, named by the convention, with what they cost and the touches they made."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain
from typing import Protocol

from abmhub.campaigns.models import Campaign, Channel, Motion, Spend, Touch
from abmhub.demo.committees import Member
from abmhub.demo.companies import Company, Mood
from abmhub.demo.dice import Calendar, Dice
from abmhub.demo.load import copy
from abmhub.demo.words import sections, table

MARKETS = {"Americas": "AMER", "Europe North": "EMEA", "Europe South & Middle East": "EMEA", "Asia Pacific": "APAC"}
"""What the naming convention calls the regions of the sales teams."""

WEEKLY_COST = {
    "mail": 900, "ads": 1_700, "event": 2_100, "content": 1_100, "gift": 500, "web": 450, "search": 2_600,
    "email": 350, "social": 700, "podcast": 800,
}  # fmt: skip
"""What a campaign costs in a week, in the installation's currency, for a market of 20,000 accounts."""

TOUCHES_PER_YEAR = {
    Mood.HOT: 11, Mood.WARM: 5, Mood.STIRRED: 7, Mood.FADING: 8, Mood.QUIET: 2.2, Mood.SILENT: 0.6,
}  # fmt: skip
TOUCH_SHARES = {"email": 40, "phone": 30, "ads": 9, "event": 9, "social": 6, "content": 5, "mail": 1}
BY_SALES = ("phone", "email", "social")
BEFORE_A_DEAL = {"event": 26, "content": 24, "ads": 18, "mail": 16, "email": 10, "gift": 6}
ALONG_A_DEAL = {"phone": 34, "email": 26, "event": 14, "content": 12, "mail": 8, "gift": 6}
"""Through what marketing warms an account, and through what both keep a deal going."""
PREPARED = {Motion.ABM: 0.86, Motion.DEMAND_GEN: 0.7}
"""How many deals marketing had touched before they began; the others sales found alone."""
DAYS_BEFORE, DAYS_BETWEEN = 75, 16


@dataclass
class Calendarium:
    """The campaigns by motion and region, with the days they ran."""

    running: dict[tuple[str, str], list[Campaign]] = field(default_factory=dict)

    def on(self, throw: Dice, motion: Motion, market: str, day: date) -> Campaign | None:
        """One that ran on that day; None when there was none."""
        found = [
            campaign
            for campaign in self.running.get((motion, market), ())
            if campaign.started_on <= day and (campaign.ended_on is None or day <= campaign.ended_on)
        ]
        return throw.pick(found) if found else None


def market_of(team: str) -> str:
    """What the naming convention calls the region of a sales team."""
    return MARKETS[team]


def run(throw: Dice, calendar: Calendar, accounts: int, currency: str) -> Calendarium:
    """Write the campaigns of six quarters and what they cost week by week."""
    channels = {channel.code: channel for channel in Channel.objects.all()}
    found = Calendarium()
    campaigns: list[tuple[Campaign, str]] = []
    for start, end in quarters(calendar.days[0], calendar.as_of):
        for motion, channel, theme in table("campaigns"):
            for market in sorted(set(MARKETS.values())):
                if not throw.chance(0.42 if motion == Motion.ABM else 0.5):
                    continue
                begin = start + timedelta(days=7 * throw.randint(0, 3))
                if begin > calendar.as_of:
                    continue
                campaign = Campaign(
                    name=name_of(start, motion, market, channels[channel], theme),
                    motion=motion,
                    channel=channels[channel],
                    started_on=begin,
                    ended_on=end if throw.chance(0.7) else min(begin + timedelta(weeks=throw.randint(3, 9)), end),
                )
                campaigns.append((campaign, channel))
                found.running.setdefault((motion, market), []).append(campaign)
    Campaign.objects.bulk_create(campaign for campaign, _ in campaigns)
    share = Decimal(accounts) / 20_000
    Spend.objects.bulk_create(
        spend
        for campaign, channel in campaigns
        for spend in _costs(throw, campaign, channel, share, calendar, currency)
    )
    return found


def name_of(start: date, motion: str, market: str, channel: Channel, theme: str) -> str:
    """By the convention: quarter, motion, market, channel, theme."""
    short = "ABM" if motion == Motion.ABM else "DG"
    return f"{start:%y}Q{(start.month + 2) // 3}-{short}-{market}-{channel.name}-{theme}"


def _costs(
    throw: Dice, campaign: Campaign, channel: str, share: Decimal, calendar: Calendar, currency: str
) -> Iterator[Spend]:
    day = campaign.started_on + timedelta(days=4)
    while day < calendar.as_of and (campaign.ended_on is None or day <= campaign.ended_on):
        amount = Decimal(throw.around(WEEKLY_COST[channel], 0.35)) * share
        yield Spend(campaign=campaign, spent_on=day, amount=round(amount, 2), currency=currency)
        day += timedelta(days=7)


def quarters(first: date, last: date) -> list[tuple[date, date]]:
    """First and last day of every calendar quarter that the days between touch."""
    start = date(first.year, 3 * ((first.month - 1) // 3) + 1, 1)
    found = []
    while start <= last:
        following = date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)
        found.append((start, following - timedelta(days=1)))
        start = following
    return found


TOUCH_FIELDS = (
    "account", "contact", "channel", "campaign", "occurred_at", "summary", "source", "external_id", "created_at",
)  # fmt: skip


class Courtship(Protocol):
    """What of a deal its touches depend on. Days are counted from the first of the calendar."""

    company: Company
    motion: Motion
    begun: int

    @property
    def ended(self) -> int: ...


class Touches:
    """What marketing and sales did to accounts, besides orders."""

    def __init__(
        self, throw: Dice, calendar: Calendar, campaigns: Calendarium, members: list[Member], teams: dict[str, str]
    ) -> None:
        self.throw, self.calendar, self.campaigns, self.members = throw, calendar, campaigns, members
        self.markets = {territory: market_of(team) for territory, team in teams.items()}
        self.channels = {channel.code: channel for channel in Channel.objects.all()}
        self.lines = {code: self._summaries(code) for code in {**TOUCH_SHARES, **BEFORE_A_DEAL}}
        self.written = 0

    def _summaries(self, code: str) -> list[str]:
        found = sections("notes")[f"touch.{code}"]
        return [summary.strip() for summary in ", ".join(found).split("|")]

    def write(self, companies: list[Company], deals: Sequence[Courtship]) -> int:
        """Write them; returns how many."""
        around = (row for deal in deals for row in self._around(deal))
        return copy(Touch, TOUCH_FIELDS, chain((row for company in companies for row in self._of(company)), around))

    def _around(self, deal: Courtship) -> Iterator[tuple[object, ...]]:
        """What made an account ready for a deal, and what was done until its end."""
        throw, company, today = self.throw, deal.company, len(self.calendar.days)
        since = max(deal.begun - DAYS_BEFORE, 0)
        if throw.chance(PREPARED[deal.motion]):
            for _ in range(throw.randint(1, 4)):
                channel = throw.weighted(list(BEFORE_A_DEAL), list(BEFORE_A_DEAL.values()))
                yield from self._touch(company, deal.motion, channel, throw.randint(since, deal.begun), is_ours=True)
        if throw.chance(0.6):
            yield from self._touch(company, deal.motion, "phone", max(deal.begun - throw.randint(0, 9), 0))
        day = deal.begun + throw.randint(3, DAYS_BETWEEN)
        while day < min(deal.ended, today):
            channel = throw.weighted(list(ALONG_A_DEAL), list(ALONG_A_DEAL.values()))
            yield from self._touch(company, deal.motion, channel, day)
            day += throw.randint(5, 2 * DAYS_BETWEEN)

    def _touch(
        self, company: Company, motion: Motion, channel: str, number: int, *, is_ours: bool = False
    ) -> Iterator[tuple[object, ...]]:
        """One touch on that day, or nothing where it takes a person and nobody can be reached."""
        throw, number = self.throw, min(number, len(self.calendar.days) - 1)
        reachable = [member for member in company.members if self.members[member].is_reachable]
        by_marketing = is_ours or channel not in BY_SALES
        if channel in ("email", "phone", "mail", "gift") and not reachable:
            return
        market = self.markets[company.country.territory]
        campaign = self.campaigns.on(throw, motion, market, self.calendar.days[number]) if by_marketing else None
        at = self.calendar.moment(throw, number)
        self.written += 1
        yield (
            company.id,
            self.members[throw.pick(reachable)].id if reachable and channel != "ads" else None,
            self.channels[channel].pk,
            campaign.pk if campaign else None,
            at,
            throw.pick(self.lines[channel]).format(city=company.city),
            "marketing" if by_marketing else "crm",
            f"touch-{self.written}",
            at,
        )

    def _of(self, company: Company) -> Iterator[tuple[object, ...]]:
        throw, days = self.throw, len(self.calendar.days)
        if not company.is_promising and not throw.chance(0.2):
            return
        for _ in range(throw.some(throw.expovariate(1 / TOUCHES_PER_YEAR[company.mood]))):
            channel = throw.weighted(list(TOUCH_SHARES), list(TOUCH_SHARES.values()))
            reachable = [number for number in company.members if self.members[number].is_reachable]
            if channel in ("email", "phone", "mail") and not reachable:
                continue
            number = self.calendar.day(throw, days - 365)
            at = self.calendar.moment(throw, number)
            to = self.members[throw.pick(reachable)].id if reachable and channel != "ads" else None
            campaign = None
            if channel not in BY_SALES or throw.chance(0.2):
                market = self.markets[company.country.territory]
                campaign = self.campaigns.on(throw, Motion.ABM, market, self.calendar.days[number])
            self.written += 1
            yield (
                company.id,
                to,
                self.channels[channel].pk,
                campaign.pk if campaign else None,
                at,
                throw.pick(self.lines[channel]).format(city=company.city),
                "crm" if channel in BY_SALES else "marketing",
                f"touch-{self.written}",
                at,
            )
