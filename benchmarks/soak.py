"""Money, stock, orders and tasks under many hands at once: how much is overspent, oversold, ordered or claimed twice.

    ABMHUB_HOME=/tmp/somewhere .venv/bin/python benchmarks/soak.py [--attempts 10000] [--json]

Makes a database for itself and takes it away afterwards. Twenty connections reserve, release and spend in fifty
envelopes of one tree, whose money lasts for about half of what is wished; then each of up to 2,000 idempotency keys
is sent eight times, up to 1,000 of the tasks are cancelled and delivered at the same moment, a round each, and
sixteen marketers claim what is left. Everything goes through the actions that the pages use. All figures but the
first three should be 0, and the control, which reads, thinks and writes instead of asking and writing in one
statement, should not.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "abmhub.settings")

from benchmarks.scratch import empty_database

CONNECTIONS, ENVELOPES, TIMES_SENT, CLAIMERS = 20, 50, 8, 16
MOST_KEYS, ACCOUNTS, ROUNDS = 2_000, 100, 1_000
AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
LARGEST = 200
CONTROL_TRIES, CONTROL_TOTAL = 40, Decimal(200)

Answer = dict[str, Any]


def prepare(attempts: int, keys: int) -> None:
    """Fifty teams with a rep and an envelope each, under one tier; what they may order, and for whom."""
    from abmhub.accounts.models import Account, Standing, Tier
    from abmhub.budgets.models import Envelope
    from abmhub.committee.models import Contact
    from abmhub.menus.models import MenuItem, Tactic
    from abmhub.orders.models import TouchLimit
    from abmhub.users.models import Role, Team, User

    tier = Tier.objects.get(level=1)
    teams = Team.objects.bulk_create(Team(name=f"Team {number}") for number in range(ENVELOPES))
    reps = User.objects.bulk_create(User(name=f"Rep {team}", role=Role.SALES_REP, team=team) for team in teams)
    User.objects.bulk_create(User(name=f"Marketer {number}", role=Role.MARKETER) for number in range(CLAIMERS))
    each = Decimal(attempts * LARGEST // 8 // ENVELOPES + (keys // ENVELOPES + 1) * 10)
    same = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    program = Envelope.objects.create(name="Program", program="Soak", total_amount=each * ENVELOPES, **same)
    above = Envelope.objects.create(name="Tier 1", tier=tier, parent=program, total_amount=each * ENVELOPES, **same)
    Envelope.objects.bulk_create(
        Envelope(name=f"Of {team}", tier=tier, team=team, parent=above, total_amount=each, **same) for team in teams
    )
    accounts = Account.objects.bulk_create(
        Account(name=f"Account {number}", normalized_name=f"account {number}", owner=reps[number % ENVELOPES])
        for number in range(ACCOUNTS)
    )
    Standing.objects.filter(account__in=accounts).update(tier=tier, fit=90)
    Contact.objects.bulk_create(
        Contact(account=account, name="Kim", email=f"kim{account.pk}@soak.example") for account in accounts
    )
    MenuItem.objects.update(quota=30_000)
    TouchLimit.objects.all().delete()
    made, kept = Tactic.objects.filter(menu_items__tier=tier, minimum_recipients=1).order_by("unit_cost", "pk")[:2]
    Tactic.objects.filter(pk=made.pk).update(name="Made to order", unit_cost=5, stock_on_hand=None)
    Tactic.objects.filter(pk=kept.pk).update(name="Kept in stock", unit_cost=5, stock_on_hand=keys // 2)


def move_money(job: tuple[int, int]) -> Answer:
    """Reserve again and again, sometimes in the tier itself; release some, spend some at another cost."""
    from abmhub.budgets import actions
    from abmhub.budgets.models import Envelope
    from abmhub.users.models import User

    seed, attempts = job
    dice, by = random.Random(seed), User.objects.order_by("pk").first()
    [above, *envelopes] = Envelope.objects.exclude(tier=None).order_by("pk")
    accepted = refused = 0
    for number in range(attempts):
        envelope = above if dice.random() < 0.05 else dice.choice(envelopes)
        amount, reference = Decimal(dice.randrange(1, LARGEST * 100)) / 100, f"soak-{seed}-{number}"
        same = {"envelope": envelope, "reference": reference, "by": by, "at": AT}
        try:
            actions.reserve(envelope=envelope, amounts={reference: amount}, by=by, at=AT)
        except actions.Overdrawn:
            refused += 1
            continue
        accepted += 1
        what = dice.random()
        if what < 0.3:
            actions.release(**same, amount=amount)
        elif what < 0.7:
            actual = (amount * dice.randrange(50, 130) / 100).quantize(Decimal("0.01"))
            try:
                actions.spend(**same, reserved=amount, actual=actual)
            except actions.Overdrawn:
                actions.release(**same, amount=amount)
    return {"attempts": attempts, "accepted": accepted, "refused": refused}


def send_keys(job: tuple[int, int]) -> Answer:
    """Send every key once, in an order of one's own; seven others send them too."""
    from abmhub.accounts.models import Account
    from abmhub.core.refusals import Refused
    from abmhub.menus.models import Tactic
    from abmhub.orders.actions import LineRequest, place_order

    seed, keys = job
    tactics = Tactic.objects.filter(name__in=("Made to order", "Kept in stock")).order_by("name")
    kept, made = (tactic.pk for tactic in tactics)
    accounts = list(Account.objects.select_related("owner").prefetch_related("contacts").order_by("pk"))
    numbers = list(range(keys))
    random.Random(seed // 4).shuffle(numbers)
    answers: dict[int, int] = {}
    for number in numbers:
        account = accounts[number % len(accounts)]
        people = [contact.pk for contact in account.contacts.all()]
        try:
            answers[number] = place_order(
                account=account,
                by=account.owner,
                at=AT,
                lines=[LineRequest(pk, people) for pk in ((made, kept) if number % 2 else (made,))],
                idempotency_key=UUID(int=number + 1),
            ).pk
        except Refused:
            continue
    return {"attempts": keys, "accepted": len(answers), "refused": keys - len(answers), "answers": answers}


def cancel_or_deliver(job: tuple[int, list[int]]) -> Answer:
    """Half of us cancel what the other half delivers, all in the same order."""
    from abmhub.core.refusals import Refused
    from abmhub.orders import actions
    from abmhub.orders.models import Task
    from abmhub.users.models import Role, User

    seed, pks = job
    marketer = User.objects.filter(role=Role.MARKETER).order_by("pk")[seed % CLAIMERS]
    accepted = 0
    for pk in pks:
        task = Task.objects.select_related("line__order__placed_by").get(pk=pk)
        try:
            if seed % 2:
                actions.cancel_line(line=task.line, by=task.line.order.placed_by, at=AT)
            else:
                actions.claim_task(task=task, by=marketer, at=AT)
                actions.deliver(task=task, by=marketer, at=AT, note="Delivered.")
            accepted += 1
        except Refused:
            continue
    return {"attempts": len(pks), "accepted": accepted, "refused": len(pks) - accepted}


def claim(seed: int) -> Answer:
    """Claim until nothing is left."""
    from abmhub.orders.actions import claim_next
    from abmhub.users.models import Role, User

    marketer, claimed = User.objects.filter(role=Role.MARKETER).order_by("pk")[seed], []
    while task := claim_next(by=marketer, at=AT):
        claimed.append(task.pk)
    return {"attempts": len(claimed), "accepted": len(claimed), "refused": 0, "claimed": claimed}


def without_guard(seed: int) -> Answer:
    """Reserve by reading, thinking for a moment, and writing. The database's CHECK is still there."""
    from abmhub.budgets import actions
    from abmhub.budgets.models import Envelope
    from abmhub.users.models import User

    def careless(envelope: Envelope, *, reserved: Decimal, spent: Decimal = Decimal(0)) -> Envelope | None:
        read = Envelope.objects.get(pk=envelope.pk)
        time.sleep(0.002)
        if read.free_amount < reserved + spent:
            return read
        Envelope.objects.filter(pk=read.pk).update(reserved_amount=read.reserved_amount + reserved)
        return None

    envelope, by = Envelope.objects.get(name="Control"), User.objects.order_by("pk").first()
    with mock.patch.object(actions, "_move", careless):
        for number in range(CONTROL_TRIES):
            try:
                amounts = {f"control-{seed}-{number}": Decimal(10)}
                actions.reserve(envelope=envelope, amounts=amounts, by=by, at=AT)
            except actions.Overdrawn:
                continue
    return {}


def together(work: Callable[[Any], Answer], jobs: Sequence[Any]) -> list[Answer]:
    """Each job in a process with a connection of its own."""
    from django.db import connections

    connections.close_all()
    with get_context("fork").Pool(len(jobs)) as pool:
        return pool.map(work, jobs, chunksize=1)


def soak(attempts: int) -> dict[str, int | float]:
    """Everything, and what is left of it afterwards."""
    from abmhub.orders.models import Order, Task

    keys = min(max(attempts // 10, 40), MOST_KEYS)
    prepare(attempts, keys)
    share, rest = divmod(attempts, CONNECTIONS)
    jobs = [(seed, share + (seed < rest)) for seed in range(CONNECTIONS)]
    answers = together(send_keys, [(seed, keys) for seed in range(TIMES_SENT)])
    given = {(number, pk) for answer in answers for number, pk in answer["answers"].items()}
    duplicates = Order.objects.count() - len({number for number, _ in given}) + len(given) - len(dict(given))
    answers += together(move_money, jobs)
    # Two of three: every second order has two lines, so that a thousand keys leave a thousand rounds.
    made = enumerate(Task.objects.order_by("pk").values_list("pk", flat=True))
    fought_for = [pk for number, pk in made if number % 3][:ROUNDS]
    answers += together(cancel_or_deliver, [(seed, fought_for) for seed in range(4)])
    claims = together(claim, list(range(CLAIMERS)))
    claimed = [pk for answer in claims for pk in answer["claimed"]]
    totals = {name: sum(answer[name] for answer in answers + claims) for name in ("attempts", "accepted", "refused")}
    found = {**totals, **standing(), "duplicates": duplicates, "claimed_twice": len(claimed) - len(set(claimed))}
    return {**found, "control_overspent": control()}


def standing() -> dict[str, float]:
    """What is over on any envelope or in the store, and by how much books and columns differ."""
    from django.db.models import F, Sum

    from abmhub.budgets import books as budget_books
    from abmhub.budgets.models import Envelope
    from abmhub.core import sql
    from abmhub.menus.models import Tactic
    from abmhub.orders import books as order_books

    over = F("reserved_amount") + F("spent_amount") - F("total_amount")
    overdrawn = Envelope.objects.filter(total_amount__lt=F("reserved_amount") + F("spent_amount"))
    stock = F("stock_reserved") - F("stock_on_hand")
    oversold = Tactic.objects.filter(stock_on_hand__lt=F("stock_reserved")).aggregate(pieces=Sum(stock))
    difference = sum(
        abs(row["reserved_amount"] - row["ledger_reserved_amount"])
        + abs(row["spent_amount"] - row["ledger_spent_amount"])
        for row in sql.rows("budgets/unbalanced_envelopes")
    )
    # Money that was moved without an order has no line: the soak's own references are no error.
    lines = [error for error in order_books.errors() if "soak-" not in error]
    others = [error for error in budget_books.errors() if "reserved and" not in error]
    return {
        "overspent": float(overdrawn.aggregate(amount=Sum(over))["amount"] or 0),
        "oversold": oversold["pieces"] or 0,
        "ledger_difference": float(difference) + len(lines) + len(others),
    }


def control() -> float:
    """By how much the same is overspent with the guard off: what the ledger gave away beyond the total."""
    from django.db.models import Sum

    from abmhub.budgets.models import Envelope, LedgerEntry

    Envelope.objects.create(
        name="Control", tier_id=2, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31), total_amount=CONTROL_TOTAL
    )
    together(without_guard, list(range(CLAIMERS)))
    given = LedgerEntry.objects.filter(envelope__name="Control").aggregate(total=Sum("amount"))["total"]
    return float(max(given - CONTROL_TOTAL, 0))


NAMES = (
    "attempts", "accepted", "refused", "overspent", "oversold", "duplicates", "claimed_twice", "ledger_difference",
    "control_overspent",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=10_000, help="how often money is moved")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    with empty_database():
        found = soak(options.attempts)
    if options.json:
        print(json.dumps({name: found[name] for name in NAMES}))
    else:
        print("\n".join(f"{name.replace('_', ' '):<20}{found[name]:>14,}" for name in NAMES))
    is_well = not any(found[name] for name in NAMES[3:-1]) and found["control_overspent"] > 0
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
