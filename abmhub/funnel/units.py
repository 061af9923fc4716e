"""The units of the funnel: found from the rows as they are, and kept as tonight knows them.

All are found where the night knows nothing of the one before. Otherwise those are whose rows changed, as triggers note
(`ChangedUnit`), or their account, campaign or program; the others are as they were.
"""

from collections.abc import Mapping
from datetime import date

from psycopg.sql import SQL, Composable

from abmhub.core import sql
from abmhub.funnel import answers, columns, engaged
from abmhub.funnel.definitions import Counting
from abmhub.funnel.models import Cause, FunnelUnit, Rules
from abmhub.signals.news import EventNews

EVERYTHING = SQL("TRUE")
ALL: Mapping[str, Composable] = dict.fromkeys(("deals", "changes", "accounts", "members", "leads", "told"), EVERYTHING)
IN_SIGHT = {
    "deals": SQL("deal.id IN (SELECT key FROM tonight_unit_look WHERE kind IN ('deal', 'deal beside'))"),
    "changes": SQL(
        "change.opportunity_id IN (SELECT key FROM tonight_unit_look WHERE kind IN ('deal', 'deal beside'))"
    ),
    "accounts": SQL("account_id IN (SELECT key FROM tonight_unit_look WHERE kind = 'account')"),
    "members": SQL(
        "member.account_id IN (SELECT key FROM tonight_unit_look WHERE kind IN ('account', 'account beside'))"
    ),
    "leads": SQL("lead.id IN (SELECT key FROM tonight_unit_look WHERE kind = 'lead')"),
    "told": SQL("(unit.kind, unit.key) IN (SELECT kind, key FROM tonight_unit_look)"),
}
"""The conditions of funnel/units.sql that leave what funnel/unit_look.sql found."""

NOTED, TAKEN = SQL("funnel_changedunit"), SQL("tonight_noted_unit")
STILL_TO_LOOK_AT = SQL("SELECT account_id FROM scoring_changedaccount")


def gather(counting: Counting, *, engaged_accounts: Composable, among: Mapping[str, Composable] = ALL) -> int:
    """Find units by these rules, in the temporary table `tonight_unit`; returns how many there are.

    `engaged_accounts` names a relation that says from when on accounts were engaged, by the same rules.
    """
    return sql.materialize(
        "tonight_unit",
        "funnel/units",
        _parts={"engaged": engaged_accounts, **among},
        _asked=("kind", "key"),
        **counting.parameters(),
    )


def keep(*, on: date, news: EventNews | None = None, changed: Composable | None = None) -> int:
    """Find units and write what tonight knows anew; returns how many rows that was.

    Where rules changed since the last night, what data changed is written first, by the rules of then. With `news`, of
    events alone those are read that the night before did not count; with `changed`, which selects the accounts whose
    facts did, of units those are looked for that may not be as they were.
    """
    now = Counting.now()
    before = Counting.before(now)
    engaged.keep(before, on=on, news=news)
    written = _keep_changed(before, on, changed) if changed is not None else _keep_all(before, on, Cause.DATA)
    if now != before:
        engaged.keep(now, on=on)
        written += _keep_all(now, on, Cause.RULES)
    if now != before or not Rules.objects.exists():
        Rules.objects.update_or_create(first_on=on, defaults={"rules": now.as_json()})
    if written or changed is None:
        answers.forget(units=FunnelUnit.objects.filter(known_until_on=None)[: columns.FEW + 1].count())
    return written


def errors() -> list[str]:
    """A sentence if units are not as the nights know them; looks at all of them.

    They were carried on from night to night. Those that a night has still to look at are left out.
    """
    if not Rules.objects.exists():
        return []
    counting = Counting.before(Counting.now())
    [found] = sql.rows(
        "funnel/contradicted_units",
        _parts={
            "found": sql.part("funnel/units", engaged=engaged.KEPT, **ALL),
            "look": sql.part("funnel/unit_look", noted=NOTED, changed=STILL_TO_LOOK_AT),
        },
        **counting.parameters(),
    )
    if not found["units"]:
        return []
    return [f"Units of the funnel that are not as the nights know them: {found['units']:,}. Run the night with --full."]


def _keep_all(counting: Counting, on: date, cause: Cause) -> int:
    # Before they are looked for: what is noted from now on may have come too late to be found.
    sql.run("funnel/drop_units")
    gather(counting, engaged_accounts=engaged.KEPT)
    return _write(on, cause, EVERYTHING)


def _keep_changed(counting: Counting, on: date, changed: Composable) -> int:
    sql.materialize("tonight_noted_unit", "funnel/take_units")
    sql.materialize("tonight_unit_look", "funnel/unit_look", _parts={"noted": TAKEN, "changed": changed})
    gather(counting, engaged_accounts=engaged.KEPT, among=IN_SIGHT)
    return _write(on, Cause.DATA, IN_SIGHT["told"])


def _write(on: date, cause: Cause, among: Composable) -> int:
    closed = sql.run("funnel/close_units", _parts={"among": among}, on=on, cause=cause)
    return closed + sql.run("funnel/add_units", on=on, cause=cause)
