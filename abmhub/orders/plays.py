"""The plays that an account may have: what each comes to, when its tactics begin, and what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from abmhub.menus.models import Play, PlayStep
from abmhub.menus.stages import FunnelStage
from abmhub.orders.menu import Menu, Offer

StopRule = Play.StopRule
DEALS = (FunnelStage.SQL, FunnelStage.OPPORTUNITY, FunnelStage.LATE)


@dataclass(frozen=True)
class PlayedTactic:
    """A tactic of a play on this menu; `offer` is None when it is not on it."""

    step: PlayStep
    offer: Offer | None

    @property
    def promise_on(self) -> date | None:
        """When it is promised, counted from the day on which its turn comes."""
        return self.offer.promise.later(self.step.offset_days) if self.offer else None


@dataclass(frozen=True)
class OfferedPlay:
    """A play as the menu shows it: `stopped` says which of its stop rules holds already."""

    play: Play
    tactics: tuple[PlayedTactic, ...]
    stopped: str = ""

    @property
    def problem(self) -> str:
        """Why it cannot be ordered whole; empty when it can."""
        return self.stopped or _missing(self.tactics)

    @property
    def least_cost(self) -> Decimal:
        """What it comes to for as few people as each of its tactics takes."""
        return sum(
            (each.offer.unit_cost * each.offer.tactic.minimum_recipients for each in self.tactics if each.offer),
            Decimal(0),
        )

    @property
    def days_after(self) -> Mapping[int, int]:
        """For each tactic, by its id, after how many working days its work begins."""
        return {each.step.tactic_id: each.step.offset_days for each in self.tactics}


def plays_for(menu: Menu) -> tuple[OfferedPlay, ...]:
    """The plays for the tier and the stage of the account, in two queries."""
    if menu.tier is None or menu.ladder is None:
        return ()
    stage, offers = menu.ladder.stage, {offer.tactic.pk: offer for offer in menu.offers}
    return tuple(_offered(play, stage, offers) for play in Play.objects.on_offer(menu.tier, stage))


def _offered(play: Play, stage: FunnelStage, offers: Mapping[int, Offer]) -> OfferedPlay:
    tactics = tuple(PlayedTactic(step, offers.get(step.tactic_id)) for step in play.steps.all())
    return OfferedPlay(play, tactics, stopped_by(play, stage))


def stopped_by(play: Play, stage: FunnelStage) -> str:
    """Which of its stop rules holds already at this stage, as a sentence; empty when none does."""
    if StopRule.CUSTOMER in play.stop_rules and stage == FunnelStage.CUSTOMER:
        return "It stops at customers, and the account is one."
    if StopRule.DEAL_OPENED in play.stop_rules and stage in DEALS:
        return "It stops when an opportunity opens, and one is open."
    return ""


def _missing(tactics: tuple[PlayedTactic, ...]) -> str:
    """The first tactic that cannot be ordered, and why."""
    for each in tactics:
        if each.offer is None:
            return f"{each.step.tactic} is not on the menu."
        if each.offer.problem:
            return f"{each.step.tactic}: {each.offer.problem}"
    return ""
