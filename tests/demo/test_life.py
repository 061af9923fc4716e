"""Whether Larkfield looks like a company at work: tiers, orders in every state, something for everybody to do."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import Count, F, Q, Sum

from abmhub.accounts.models import Account, Attribute, Duplicate, FreshnessClock, Standing, TierChange
from abmhub.budgets.models import LedgerEntry
from abmhub.campaigns.models import Campaign, Motion, Touch
from abmhub.committee.models import BuyingRole, Contact, OptOut, StanceChange
from abmhub.committee.suggestion import suggestions_to_change
from abmhub.core.days import business_day
from abmhub.core.workdays import is_working_day
from abmhub.funnel.models import FunnelSnapshot, FunnelStage
from abmhub.imports.models import ImportRun
from abmhub.menus.models import MenuItem, Tactic
from abmhub.metrics.figures import DUE, RENEWED
from abmhub.metrics.spans import Window
from abmhub.orders.models import Comment, FollowUp, Order, OrderLine, Recipient, Task, TaskStep
from abmhub.pipeline.models import Lead
from abmhub.scoring.models import TierAppeal, TierOverride, TierPolicy
from abmhub.scoring.policy_data import digest
from abmhub.signals.models import EngagementEvent, IntentObservation
from abmhub.users.models import Notification, Role
from tests.demo.conftest import TODAY, Founded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("larkfield")]


def test_the_night_finds_tiers_like_those_of_a_real_market() -> None:
    tiers: Counter[int | None] = Counter(Standing.objects.values_list("tier", flat=True))
    assert 5 <= tiers[1] <= 45
    assert 20 <= tiers[2] <= 80
    assert 110 <= tiers[3] <= 240
    assert 680 <= tiers[None] <= 830


def test_accounts_rose_and_fell_this_week() -> None:
    moves = TierChange.objects.filter(changed_on__gt=TODAY - timedelta(days=7)).exclude(from_tier=None)
    assert moves.filter(Q(to_tier__lt=F("from_tier"))).exists()
    assert moves.filter(Q(to_tier__gt=F("from_tier")) | Q(to_tier=None)).exists()


def test_companies_have_names_and_addresses_that_belong_to_nobody() -> None:
    names = list(Account.objects.values_list("name", flat=True))
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.search(r"\d|company|test|demo", name.casefold())]
    assert not Account.objects.exclude(domain=None).exclude(domain__endswith=".example").exists()
    assert not Contact.objects.exclude(email="").exclude(email__endswith=".example").exists()
    assert not Lead.objects.exclude(email="").exclude(email__endswith=".example").exists()
    assert Account.objects.values("country").distinct().count() > 25
    assert Account.objects.exclude(parent=None).exists()


def test_committees_are_filled_with_gaps() -> None:
    roles = BuyingRole.objects.count()
    filled = (
        Contact.objects.exclude(buying_role=None).values("account").annotate(roles=Count("buying_role", distinct=True))
    )
    assert filled.filter(roles=roles).exists()
    assert filled.filter(roles__lt=roles).exists()
    assert Contact.objects.exclude(opted_out_at=None).exists()
    assert set(Contact.objects.exclude(stance="").values_list("stance", flat=True)) == set(Contact.Stance.values)
    assert not Contact.objects.exclude(stance="").filter(stance_note="").exists()
    assert not Contact.objects.exclude(persona=None).exclude(persona__buying_role=F("buying_role")).exists()
    # Some suggestions wait for somebody, and rules that nobody changed say nothing new.
    waiting = Contact.objects.exclude(seniority="").exclude(decided__contains=["seniority"]).count()
    assert 0.1 < waiting / Contact.objects.count() < 0.5
    assert suggestions_to_change()["contacts"] == 0
    assert OptOut.objects.exists()
    assert StanceChange.objects.values("contact").annotate(times=Count("pk")).filter(times=2).exists()
    assert not Contact.objects.exclude(stance="").filter(stance_changes=None).exists()


def test_signals_have_the_rhythm_of_working_weeks() -> None:
    days = Counter(business_day(at).weekday() for at in EngagementEvent.objects.values_list("occurred_at", flat=True))
    assert days[5] + days[6] < days[1] / 3
    assert EngagementEvent.objects.filter(contact=None).exists()
    assert not EngagementEvent.objects.exclude(contact=None).exclude(contact__account=F("account")).exists()
    assert {week.weekday() for week in IntentObservation.objects.values_list("week_on", flat=True).distinct()} == {0}


def test_campaigns_follow_the_naming_convention() -> None:
    shape = re.compile(r"\d\dQ[1-4]-(ABM|DG)-(AMER|EMEA|APAC)-\w+-\S.*")
    assert all(shape.fullmatch(name) for name in Campaign.objects.values_list("name", flat=True))


@pytest.mark.parametrize("motion", Motion.values)
def test_each_funnel_narrows_to_won_deals(motion: str) -> None:
    snapshots = FunnelSnapshot.objects.filter(motion=motion, snapshot_on=TODAY)
    volumes = dict(snapshots.values_list("stage", "volume"))
    steps = [volumes[stage] for stage in FunnelStage.values]
    assert steps == sorted(steps, reverse=True)
    assert len(set(steps)) == len(steps)
    assert steps[-1] > 0


def test_contracts_come_up_for_renewal_and_most_are_kept() -> None:
    due, kept = (figure.behind(on=TODAY, window=Window.YEAR).count() for figure in (DUE, RENEWED))
    assert due / 2 < kept < due


def test_lines_and_tasks_are_in_every_state(this_morning: datetime) -> None:
    assert set(OrderLine.objects.values_list("state", flat=True)) == set(OrderLine.State.values)
    assert set(Task.objects.values_list("state", flat=True)) == set(Task.State.values)
    waiting = Task.objects.filter(state=Task.State.WAITING)
    assert set(waiting.values_list("waiting_on", flat=True)) == set(Task.WaitingOn.values)
    assert Task.objects.overdue(TODAY).exists()
    assert Task.objects.unfinished().filter(due_on=TODAY).exists()
    assert Task.objects.unassigned().exists()
    assert FollowUp.objects.missed(this_morning).exists()
    assert FollowUp.objects.owed().filter(due_at__gte=this_morning).exists()
    assert FollowUp.objects.exclude(done_at=None).exists()


def test_lines_went_to_people_who_could_be_reached() -> None:
    recipients = Recipient.objects.all()
    assert not recipients.exclude(contact__account=F("line__order__account")).exists()
    reachable = Contact.objects.reachable()
    assert recipients.filter(contact__in=reachable).count() == recipients.count()
    lines = OrderLine.objects.annotate(people=Count("recipients"))
    assert not lines.exclude(people=F("quantity")).exists()
    assert not lines.exclude(
        quantity__range=(F("tactic__minimum_recipients"), F("tactic__maximum_recipients"))
    ).exists()


def test_lines_were_on_the_menu_of_their_tier_and_within_its_quota() -> None:
    items = {(item.tier_id, item.tactic_id): item for item in MenuItem.objects.all()}
    earlier: dict[tuple[int, int], list[datetime]] = {}
    lines = (
        OrderLine.objects.exclude(state=OrderLine.State.CANCELLED).select_related("order").order_by("order__placed_at")
    )
    for line in lines:
        item = items[line.order.tier_id, line.tactic_id]
        placed = earlier.setdefault((line.order.account_id, line.tactic_id), [])
        recent = [at for at in placed if (line.order.placed_at - at).days < item.quota_days - 1]
        assert len(recent) < item.quota
        placed.append(line.order.placed_at)
        assert is_working_day(line.promised_on)


def test_what_is_delivered_left_touches_and_cost_money_and_what_is_cancelled_gave_it_back() -> None:
    for line in OrderLine.objects.filter(state=OrderLine.State.DELIVERED).prefetch_related("recipients"):
        touches = Touch.objects.filter(source="orders", external_id__startswith=f"{line.reference}/")
        assert {touch.contact_id for touch in touches} == {to.contact_id for to in line.recipients.all()}
        spent = LedgerEntry.objects.get(reference=line.reference, kind=LedgerEntry.Kind.SPEND)
        assert (spent.amount, spent.reserved_amount) == (line.actual_cost, line.line_cost)
        assert line.delivery_note
        assert FollowUp.objects.filter(line=line).exists()
    for line in OrderLine.objects.filter(state=OrderLine.State.CANCELLED):
        released = LedgerEntry.objects.get(reference=line.reference, kind=LedgerEntry.Kind.RELEASE)
        assert released.amount == line.line_cost


def test_the_store_holds_what_unfinished_lines_wait_for() -> None:
    for tactic in Tactic.objects.exclude(stock_on_hand=None):
        unfinished = tactic.order_lines.filter(task__state__in=Task.UNFINISHED)
        assert tactic.stock_reserved == (unfinished.aggregate(pieces=Sum("quantity"))["pieces"] or 0)


def test_moments_of_a_task_follow_each_other() -> None:
    assert not Task.objects.filter(claimed_at__lt=F("line__order__placed_at")).exists()
    assert not Task.objects.filter(finished_at__lt=F("claimed_at")).exists()
    assert not Task.objects.filter(waiting_since__lt=F("claimed_at")).exists()
    assert not Task.objects.filter(steps__done_at__lt=F("claimed_at")).exists()
    assert not Comment.objects.filter(at__lt=F("task__claimed_at")).exists()
    assert not FollowUp.objects.filter(done_at__lt=F("line__delivered_at")).exists()


def test_the_rep_finds_something_to_do(larkfield: Founded, this_morning: datetime) -> None:
    rep = larkfield.person(Role.SALES_REP)
    assert Account.objects.visible_to(rep).in_tier(1).count() >= 3
    mine = Task.objects.unfinished().filter(line__order__placed_by=rep)
    assert mine.filter(due_on=TODAY).exists()
    assert mine.filter(state=Task.State.WAITING, waiting_on=Task.WaitingOn.REP).exists()
    assert Order.objects.filter(placed_by=rep, lines__state=OrderLine.State.ORDERED).exists()
    assert FollowUp.objects.owed().filter(owner=rep, due_at__gte=this_morning).exists()
    assert FollowUp.objects.missed(this_morning).filter(owner=rep).exists()
    assert Notification.objects.filter(user=rep).unread().exists()


def test_the_marketer_finds_something_to_do(larkfield: Founded) -> None:
    marketer = larkfield.person(Role.MARKETER)
    assert Notification.objects.filter(user=marketer, text__startswith="New task").exists()
    assert not Task.objects.unannounced().exists()
    mine = Task.objects.unfinished().filter(assignee=marketer)
    assert mine.filter(due_on=TODAY).count() >= 2
    assert mine.filter(due_on__lt=TODAY).exists()
    assert mine.filter(state=Task.State.WAITING).exists()
    assert mine.filter(due_on__gt=TODAY).exists()


def test_every_rep_orders_for_accounts_they_may_see() -> None:
    for order in Order.objects.select_related("placed_by"):
        assert Account.objects.visible_to(order.placed_by).filter(pk=order.account_id).exists()


def test_a_file_came_in_that_may_be_undone_but_for_a_row() -> None:
    run = ImportRun.objects.get()
    assert (run.status, run.rejected) == (ImportRun.Status.DONE, 1)
    assert run.updated > 0
    assert run.figures_at is not None


def test_some_accounts_are_ruled_out() -> None:
    ruled_out = Standing.objects.exclude(disqualified_by="")
    assert ruled_out.exists()
    assert not ruled_out.exclude(fit=0).exists()
    assert not ruled_out.exclude(tier=None).exists()


def test_sources_have_clocks_and_some_facts_are_stale() -> None:
    due_on = {clock.source: clock.due_on for clock in FreshnessClock.objects.exclude(last_file_on=None)}
    assert set(due_on) == {"CRM", "Trade fairs"}
    assert [source for source, day in due_on.items() if day and day < TODAY] == ["Trade fairs"]
    assert Account.objects.filter(refreshed_from="CRM").count() > Account.objects.filter(refreshed_from="").count()


def test_custom_attributes_are_known_of_some() -> None:
    with_maturity = Account.objects.filter(attributes__has_key="maturity")
    assert Account.objects.count() / 3 < with_maturity.count() < Account.objects.count() * 2 / 3
    choices = Attribute.objects.get(code="maturity").choices
    assert set(with_maturity.values_list("attributes__maturity", flat=True)) == set(choices)


def test_some_companies_came_in_twice() -> None:
    pairs = list(Duplicate.objects.open().select_related("account", "other"))
    assert pairs
    assert all(pair.likeness > 80 and pair.account.country == pair.other.country for pair in pairs)


def test_some_tiers_are_by_hand_and_some_are_argued_about(larkfield: Founded) -> None:
    by_hand = Standing.objects.filter(held_by="override").exclude(earned_tier=F("tier"))
    assert by_hand.count() == 3
    rep = larkfield.person(Role.SALES_REP)
    appeals = TierAppeal.objects.visible_to(rep).filter(made_by=rep)
    assert sorted(appeals.values_list("granted", flat=True), key=str) == [False, None, None, True]
    assert TierOverride.objects.filter(appeal__granted=True).count() == 1


def test_a_draft_of_the_next_policy_waits_to_be_previewed() -> None:
    in_force, draft = TierPolicy.objects.in_force(), TierPolicy.objects.get(status=TierPolicy.Status.DRAFT)
    assert in_force
    assert digest(draft) != digest(in_force)
    assert [capacity.tier_id for capacity in draft.capacities.all()] == [1]


def test_orders_keep_the_version_and_tasks_the_recipe_that_was_ordered() -> None:
    lines = OrderLine.objects.all()
    assert lines
    assert not lines.exclude(tactic_version__tactic=F("tactic"), unit_cost=F("tactic_version__unit_cost")).exists()
    assert not lines.exclude(starts_on__lte=F("promised_on")).exists()
    steps = TaskStep.objects.all()
    assert not steps.exclude(hours__gt=0).exists()
    assert steps.exclude(checklist=[]).exclude(proof="").exists()
    assert not steps.filter(due_on__gt=F("task__due_on")).exists()
