"""What became of a line after it was ordered, when the world changed: in sentences, for both sides.

The table of all of them is in docs/after-ordering.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from abmhub.core.numbers import money_text as money
from abmhub.orders.models import OrderLine, Recipient


@dataclass(frozen=True)
class Outcome:
    """One sentence, and the icon before it."""

    icon: str
    text: str


def outcomes_of(line: OrderLine) -> list[Outcome]:
    """Of a line that was read with its recipients, order, account with owner and tier, and follow-up."""
    return [*_struck(line), *(_changed(line) if line.state in OrderLine.OPEN else ()), *_passed_on(line)]


def _struck(line: OrderLine) -> Iterator[Outcome]:
    for recipient in line.recipients.all():
        if recipient.struck_at is not None:
            yield Outcome(
                "user-x", f"{recipient.contact} {recipient.struck_because}. {_what_of_the_piece(line, recipient)}"
            )


def _what_of_the_piece(line: OrderLine, recipient: Recipient) -> str:
    if not recipient.is_returned:
        return "It was in production: it is paid for, and may not be sent to them."
    pieces = " and the piece" if line.takes_stock else ""
    return f"{money(line.unit_cost, line.order.currency)}{pieces} went back."


def _changed(line: OrderLine) -> Iterator[Outcome]:
    """What does not stop a line, though nobody could order it like that any more."""
    order, account = line.order, line.order.account
    if line.tactic.archived_at is not None:
        yield Outcome("archive", f"{line.tactic} left the catalogue. What was ordered is still delivered.")
    standing = getattr(account, "standing", None)
    tier = standing.tier if standing else None
    if tier is None or tier.pk != order.tier_id:
        cancel = " It can be cancelled until production starts." if line.can_be_cancelled else ""
        yield Outcome(
            "layers", f"{account} is in {tier or 'no tier'} now; ordered in {order.tier}, it is delivered.{cancel}"
        )


def _passed_on(line: OrderLine) -> Iterator[Outcome]:
    follow_up = getattr(line, "follow_up", None)
    owner = line.order.account.owner
    if follow_up and owner and follow_up.owner_id == owner.pk != line.order.placed_by_id:
        yield Outcome("arrow-right-left", f"{line.order.account} is {owner}'s now, and so is the follow-up.")
