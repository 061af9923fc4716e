"""A tier by hand, for a time: overrides, and appeals that ask for one."""

from datetime import date, datetime, timedelta

from django.db import transaction

from abmhub.accounts.models import Account, Standing, Tier
from abmhub.core.days import business_day
from abmhub.core.refusals import NotAllowed, Refused
from abmhub.scoring.actions.at_once import take_effect
from abmhub.scoring.models import TierAppeal, TierOverride
from abmhub.scoring.news import tell
from abmhub.users.models import User
from abmhub.users.verbs import require

MOST_DAYS = 366
MOST_CHARACTERS = 300


class NotYours(NotAllowed):
    """The account is none that this person may know of."""


class NoReason(Refused):
    """Nothing was said that others could understand it by."""


class TooLong(Refused):
    """The text has more characters than there is room for."""


class WrongEnd(Refused):
    """The last day is over already, or too far away."""


class NotEligible(Refused):
    """The account can be in no tier, whoever asks for it."""


class AlreadyEnded(Refused):
    """The override holds no more."""


class SameTier(Refused):
    """The account is in the tier that is asked for."""


class AppealWaits(Refused):
    """An appeal about the account waits for an answer already."""


class AlreadyDecided(Refused):
    """The appeal has its answer."""


@transaction.atomic
def override_tier(
    *, account: Account, tier: Tier | None, reason: str, expires_on: date, by: User, at: datetime
) -> TierOverride:
    """Put an account in a tier, or in none, at once and through the day `expires_on`, whatever its owner has room for.

    An override that holds until now is ended. Raises NotAllowed, NotYours, NoReason, TooLong, WrongEnd and
    NotEligible.
    """
    require(by, "scoring.override_tier")
    override = _override(_locked(account, by), tier, reason, expires_on, by=by, at=at)
    tell("tier.overridden", override.pk, by=by, at=at, override=override.pk)
    return override


@transaction.atomic
def end_override(*, override: TierOverride, by: User, at: datetime) -> TierOverride:
    """Give an account back to the rules at once. Raises NotAllowed, NotYours and AlreadyEnded."""
    require(by, "scoring.override_tier")
    account = _locked(override.account, by)
    current = TierOverride.objects.select_for_update().get(pk=override.pk)
    if not current.is_in_force_on(business_day(at)):
        raise AlreadyEnded("This override holds no more.")
    current.ended_by, current.ended_at = by, at
    current.save(update_fields=["ended_by", "ended_at"])
    take_effect(account, at)
    current.refresh_from_db(fields=["released_on"])
    tell("override.ended", current.pk, by=by, at=at, override=current.pk)
    return current


def override_of(account: Account, at: datetime) -> TierOverride:
    """The override that holds the account. Raises AlreadyEnded where none does."""
    found = TierOverride.objects.in_force_on(business_day(at)).filter(account=account).first()
    if found is None:
        raise AlreadyEnded(f"No override holds {account}: the rules decide.")
    return found


@transaction.atomic
def appeal_tier(*, account: Account, tier: Tier | None, reason: str, by: User, at: datetime) -> TierAppeal:
    """Say that the tier of an account is wrong, and which is right; whoever may override it decides.

    Raises NotAllowed, NotYours, NoReason, TooLong, NotEligible, SameTier and AppealWaits.
    """
    require(by, "scoring.appeal_tier")
    locked = _locked(account, by)
    standing = _eligible(locked)
    if standing is not None and standing.tier_id == (tier.pk if tier else None):
        raise SameTier(f"{account} is in {tier or 'no tier'} already.")
    if TierAppeal.objects.open().filter(account=account).exists():
        raise AppealWaits(f"An appeal about {account} waits for an answer already.")
    words = _said(reason, "Say why: whoever decides has only your words.")
    appeal = TierAppeal.objects.create(account=locked, tier=tier, reason=words, made_by=by, made_at=at)
    tell("tier.appealed", appeal.pk, by=by, at=at, appeal=appeal.pk)
    return appeal


@transaction.atomic
def decide_appeal(
    *, appeal: TierAppeal, granted: bool, answer: str, expires_on: date | None = None, by: User, at: datetime
) -> TierAppeal:
    """Answer an appeal. Granted, it becomes an override through `expires_on`.

    Raises NotAllowed, NotYours, AlreadyDecided, NoReason, TooLong, and what `override_tier` raises.
    """
    require(by, "scoring.decide_appeal")
    account = _locked(appeal.account, by)
    current = TierAppeal.objects.select_for_update(of=("self",)).select_related("tier").get(pk=appeal.pk)
    if current.decided_at is not None:
        raise AlreadyDecided(f"{current.decided_by or 'Somebody'} has answered this appeal.")
    current.answer = _said(answer, "Answer in words: a rep who reads only yes or no learns nothing.")
    current.granted, current.decided_by, current.decided_at = granted, by, at
    if granted:
        if expires_on is None:
            raise WrongEnd("Say through which day the tier holds.")
        current.override = _override(account, current.tier, current.reason, expires_on, by=by, at=at)
    current.save()
    tell("appeal.decided", current.pk, by=by, at=at, appeal=current.pk)
    return current


def _override(
    account: Account, tier: Tier | None, reason: str, expires_on: date, *, by: User, at: datetime
) -> TierOverride:
    today = business_day(at)
    if not today <= expires_on <= today + timedelta(days=MOST_DAYS):
        raise WrongEnd(f"An override ends today at the earliest and after {MOST_DAYS} days at the latest.")
    words = _said(reason, "Say why: the account shows it as long as the override holds.")
    _eligible(account)
    TierOverride.objects.open().filter(account=account).update(ended_by=by, ended_at=at)
    override = TierOverride.objects.create(
        account=account, tier=tier, reason=words, expires_on=expires_on, made_by=by, made_at=at
    )
    take_effect(account, at)
    return override


def _locked(account: Account, by: User) -> Account:
    """The account, that nobody else gives a tier meanwhile."""
    visible = Account.objects.visible_to(by).filter(pk=account.pk)
    found = visible.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotYours("This account is none of yours.")
    return found


def _eligible(account: Account) -> Standing | None:
    standing = Standing.objects.filter(account=account).first()
    if not account.is_target:
        raise NotEligible(f"{account} is outside the total addressable market: it can be in no tier.")
    if standing is not None and standing.disqualified_by:
        raise NotEligible(f"{account} is disqualified ({standing.disqualified_by}): it can be in no tier.")
    return standing


def _said(words: str, wish: str) -> str:
    words = words.strip()
    if not words:
        raise NoReason(wish)
    if len(words) > MOST_CHARACTERS:
        raise TooLong(f"There is room for {MOST_CHARACTERS} characters; these are {len(words)}.")
    return words
