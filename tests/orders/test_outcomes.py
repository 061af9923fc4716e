"""After ordering somebody opts out, a tactic is withdrawn, a tier is lost, a rep goes: each has its outcome."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from abmhub.accounts.models import Account, Standing
from abmhub.budgets import actions as budget_actions
from abmhub.budgets import books as budget_books
from abmhub.budgets.models import Envelope, LedgerEntry
from abmhub.campaigns.models import Touch
from abmhub.committee.models import Contact, OptOut
from abmhub.core.models import OutboxMessage
from abmhub.integrations import notices
from abmhub.menus import actions as menu_actions
from abmhub.menus.models import Tactic
from abmhub.orders import actions, books
from abmhub.orders.models import FollowUp, OrderLine, Recipient, Task
from abmhub.orders.outcomes import outcomes_of
from abmhub.users.models import Notification, User
from tests.at_once import at_once
from tests.orders.conftest import Place
from tests.reads import rows_read


@pytest.fixture
def line(place: Place, stocked_tactic: Tactic, contacts: list[Contact]) -> OrderLine:
    """A popcorn box, 25.00 a piece, for Dana and Ivo."""
    return place((stocked_tactic, contacts[:2])).lines.get()


def told(line: OrderLine) -> list[str]:
    """What the pages say about the line, read anew."""
    return [outcome.text for outcome in outcomes_of(OrderLine.objects.get(pk=line.pk))]


def readers(topic: str) -> dict[str, str]:
    """Who reads what of the news of a topic."""
    for message in OutboxMessage.objects.filter(topic=topic):
        notices.write(message)
    return dict(Notification.objects.values_list("user__name", "text"))


def opt_out(contact: Contact, at: datetime) -> None:
    Contact.objects.filter(pk=contact.pk).update(opted_out_at=at)


def balanced() -> bool:
    return budget_books.errors() + books.errors() == []


def test_whoever_opts_out_is_struck_and_their_piece_goes_back(
    line: OrderLine, contacts: list[Contact], envelope: Envelope, stocked_tactic: Tactic, now: datetime
) -> None:
    opt_out(contacts[0], now)
    assert actions.strike_recipients(at=now) == 1
    line.refresh_from_db()
    envelope.refresh_from_db()
    stocked_tactic.refresh_from_db()
    assert (line.state, line.pieces, line.kept_cost) == (OrderLine.State.ORDERED, 1, Decimal("25.00"))
    assert (line.quantity, line.line_cost) == (2, Decimal("50.00"))
    assert (envelope.reserved_amount, stocked_tactic.stock_left) == (Decimal("25.00"), 2)
    assert [one.contact for one in Recipient.objects.served()] == [contacts[1]]
    entry = LedgerEntry.objects.get(kind="release")
    struck = line.recipients.get(contact=contacts[0])
    assert (entry.reference, entry.amount) == (f"{line.reference}/recipient-{struck.pk}", Decimal("25.00"))
    assert told(line) == ["Dana Whitfield opted out. $25 and the piece went back."]
    assert balanced()
    assert actions.strike_recipients(at=now) == 0


def test_an_opt_out_of_the_channel_is_enough_and_of_another_is_none(
    line: OrderLine, contacts: list[Contact], now: datetime
) -> None:
    OptOut.objects.create(contact=contacts[0], channel="email", opted_out_at=now)
    assert actions.strike_recipients(at=now) == 0
    OptOut.objects.create(contact=contacts[0], channel="mail", opted_out_at=now)
    assert actions.strike_recipients(at=now) == 1
    assert told(line)[0].startswith("Dana Whitfield opted out of mail.")


def test_whoever_asks_to_be_forgotten_is_struck_too(line: OrderLine, contacts: list[Contact], now: datetime) -> None:
    Contact.objects.filter(pk=contacts[0].pk).update(erased_at=now, name="Erased")
    actions.strike_recipients(at=now)
    assert told(line)[0].startswith("Erased asked to be forgotten.")


def test_a_line_for_nobody_is_cancelled(
    line: OrderLine, contacts: list[Contact], envelope: Envelope, stocked_tactic: Tactic, now: datetime
) -> None:
    for contact in contacts:
        opt_out(contact, now)
    assert actions.strike_recipients(at=now) == 2
    line.refresh_from_db()
    envelope.refresh_from_db()
    stocked_tactic.refresh_from_db()
    assert (line.state, line.task.state) == (OrderLine.State.CANCELLED, Task.State.CANCELLED)
    assert (envelope.reserved_amount, stocked_tactic.stock_left) == (Decimal(0), 3)
    assert balanced()


def test_what_is_in_production_is_paid_and_not_sent(
    line: OrderLine, contacts: list[Contact], envelope: Envelope, stocked_tactic: Tactic, marketer: User, now: datetime
) -> None:
    task = actions.claim_task(task=line.task, by=marketer, at=now)
    opt_out(contacts[0], now)
    actions.strike_recipients(at=now)
    assert told(line) == [
        "Dana Whitfield opted out. It was in production: it is paid for, and may not be sent to them."
    ]
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    envelope.refresh_from_db()
    stocked_tactic.refresh_from_db()
    assert (envelope.reserved_amount, envelope.spent_amount) == (Decimal(0), Decimal("50.00"))
    assert stocked_tactic.stock_on_hand == 1
    assert [touch.contact for touch in Touch.objects.all()] == [contacts[1]]
    assert balanced()


def test_after_a_piece_went_back_the_rest_is_delivered_or_cancelled(
    place: Place, stocked_tactic: Tactic, contacts: list[Contact], envelope: Envelope, marketer: User, rep: User,
    now: datetime,
) -> None:  # fmt: skip
    made, dropped = (place((stocked_tactic, contacts[start:])).lines.get() for start in (1, 2))
    opt_out(contacts[1], now)
    actions.strike_recipients(at=now)
    actions.cancel_line(line=dropped, by=rep, at=now)
    task = actions.claim_task(task=made.task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    made.refresh_from_db()
    envelope.refresh_from_db()
    stocked_tactic.refresh_from_db()
    assert (made.actual_cost, envelope.spent_amount, envelope.reserved_amount) == (Decimal(25), Decimal(25), Decimal(0))
    assert (stocked_tactic.stock_on_hand, stocked_tactic.stock_reserved) == (2, 0)
    assert balanced()


def test_control_without_the_release_the_books_say_so(
    line: OrderLine, contacts: list[Contact], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("abmhub.orders.actions.striking.release", lambda **_: None)
    monkeypatch.setattr("abmhub.orders.actions.striking.release_stock", lambda **_: None)
    opt_out(contacts[0], now)
    actions.strike_recipients(at=now)
    assert books.errors() == [
        f"The ledger does not fit {line.reference}, which is ordered.",
        "Popcorn box has 2 pieces promised; unfinished lines wait for 1.",
    ]


def test_what_was_delivered_before_stays(
    line: OrderLine, contacts: list[Contact], marketer: User, now: datetime
) -> None:
    task = actions.claim_task(task=line.task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    opt_out(contacts[0], now)
    assert actions.strike_recipients(at=now) == 0
    assert told(line) == []


def test_the_marketer_at_work_and_the_rep_are_told(
    line: OrderLine, contacts: list[Contact], marketer: User, other_marketer: User, now: datetime
) -> None:
    actions.claim_task(task=line.task, by=marketer, at=now)
    opt_out(contacts[0], now)
    actions.strike_recipients(at=now)
    text = "Dana Whitfield at Acme Robotics opted out: struck from Popcorn box, do not send what was made for them."
    assert readers("recipient.struck") == {"Mei Chen": text, "Rana Haddad": text}


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_give_back_one_piece(
    line: OrderLine, contacts: list[Contact], envelope: Envelope, now: datetime
) -> None:
    opt_out(contacts[0], now)
    outcomes = at_once([lambda: actions.strike_recipients(at=now)] * 4)
    assert sorted(str(outcome) for outcome in outcomes) == ["0", "0", "0", "1"]
    assert balanced()


def test_a_withdrawn_tactic_is_still_delivered(
    line: OrderLine, stocked_tactic: Tactic, contacts: list[Contact], place: Place, marketer: User, now: datetime
) -> None:
    menu_actions.archive(tactic=stocked_tactic, at=now)
    assert told(line) == ["Popcorn box left the catalogue. What was ordered is still delivered."]
    with pytest.raises(actions.NotOrderable, match="not on the menu"):
        place((stocked_tactic, contacts[:1]))
    task = actions.claim_task(task=line.task, by=marketer, at=now)
    assert actions.deliver(task=task, by=marketer, at=now, note="Done.").state == Task.State.DONE
    assert told(line) == []


def test_an_account_that_drops_a_tier_gets_what_was_ordered(
    line: OrderLine, account: Account, marketer: User, now: datetime
) -> None:
    Standing.objects.filter(account=account).update(tier=2)
    assert told(line)[0].endswith("ordered in Tier 1, it is delivered. It can be cancelled until production starts.")
    task = actions.claim_task(task=line.task, by=marketer, at=now)
    assert told(line)[0].endswith("ordered in Tier 1, it is delivered.")
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    assert balanced()


def test_a_budget_cannot_be_lowered_under_what_is_ordered(
    line: OrderLine, envelope: Envelope, marketing_manager: User
) -> None:
    envelope.refresh_from_db()
    was = {name: getattr(envelope, name) for name in budget_actions.EDITABLE}
    becomes = {**was, "total_amount": Decimal("49.99")}
    with pytest.raises(budget_actions.NotPossible):
        budget_actions.edit_envelope(envelope=envelope, was=was, becomes=becomes, by=marketing_manager)
    becomes["total_amount"] = Decimal("50.00")
    budget_actions.edit_envelope(envelope=envelope, was=was, becomes=becomes, by=marketing_manager)
    assert balanced()


@pytest.fixture
def follow_up(line: OrderLine, marketer: User, now: datetime) -> FollowUp:
    task = actions.claim_task(task=line.task, by=marketer, at=now)
    actions.deliver(task=task, by=marketer, at=now, note="Done.")
    return FollowUp.objects.get()


def test_the_follow_up_goes_to_the_new_owner(
    follow_up: FollowUp, line: OrderLine, account: Account, rep: User, other_rep: User, now: datetime
) -> None:
    assert actions.pass_on_follow_ups(at=now) == 0
    account.owner = other_rep
    account.save()
    assert actions.pass_on_follow_ups(at=now) == 1
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.due_at) == (other_rep, now + timedelta(hours=48))
    assert told(line) == ["Acme Robotics is Oscar Lund's now, and so is the follow-up."]
    assert readers("follow_up.passed_on") == {
        "Oscar Lund": "Acme Robotics is yours now, and with it the follow-up on Popcorn box: due by 6 March, 10:00.",
        "Rana Haddad": "Acme Robotics is Oscar Lund's now: the follow-up on Popcorn box is no longer yours.",
    }
    assert actions.pass_on_follow_ups(at=now) == 0
    assert actions.finish_follow_up(follow_up=follow_up, by=other_rep, at=now, note="").done_at == now


def test_who_never_owned_the_account_keeps_the_follow_up(
    follow_up: FollowUp, account: Account, sales_manager: User, other_rep: User, now: datetime
) -> None:
    FollowUp.objects.update(owner=sales_manager)
    account.owner = other_rep
    account.save()
    assert actions.pass_on_follow_ups(at=now) == 0


def test_a_follow_up_that_is_done_stays_with_who_did_it(
    follow_up: FollowUp, account: Account, rep: User, other_rep: User, now: datetime
) -> None:
    actions.finish_follow_up(follow_up=follow_up, by=rep, at=now, note="Called.")
    account.owner = other_rep
    account.save()
    assert actions.pass_on_follow_ups(at=now) == 0


def test_who_opted_out_is_found_without_looking_at_everybody(line: OrderLine, account: Account, now: datetime) -> None:
    """It is asked twice a minute; of a million recipients it once took 36 seconds."""
    many = 3_000
    people = Contact.objects.bulk_create(Contact(account=account, name=f"Person {n}") for n in range(many))
    Recipient.objects.bulk_create(Recipient(line=line, contact=person) for person in people)
    Contact.objects.filter(pk=people[0].pk).update(opted_out_at=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE committee_contact, committee_optout, orders_recipient")
    before = rows_read("committee_contact")
    assert actions.strike_recipients(at=now) == 1
    assert rows_read("committee_contact") - before < many
    assert Recipient.objects.get(contact=people[0]).struck_at == now
