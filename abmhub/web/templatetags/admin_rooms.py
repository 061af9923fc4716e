"""The index of Django admin, by what an administrator comes for rather than by the alphabet."""

from typing import Any

from django import template
from django.db.models.options import Options

register = template.Library()

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Rules and offers", ("scoring", "menus", "budgets", "campaigns", "funnel", "metrics")),
    ("People and accounts", ("users", "accounts", "committee")),
    ("Work and records", ("orders", "pipeline", "signals", "imports")),
    ("Machinery", ("core", "integrations", "django_celery_beat")),
    ("Sign-in", ("account", "auth", "axes", "authtoken", "mfa")),
)

# What other packages call themselves says little to an administrator.
NAMES = {"authtoken": "API tokens", "axes": "Sign-in attempts", "django_celery_beat": "Schedule"}

# What the rows of a list are for, where its name alone does not say it to a newcomer.
LEADS = {
    "accounts.attribute": "Facts of your own about accounts: a column of files, a filter and a criterion from then on.",
    "accounts.freshnessclock": "How often each source is due. On facts that are older no account rises.",
    "accounts.territory": "Who works where. A rep sees the accounts of their territories, a manager those of the team.",
    "accounts.tier": "What the tiers are called. Which account is in which is for the tier policy to say.",
    "budgets.envelope": "Money for a program, a tier, a team or a rep, and a period. Orders reserve from the nearest.",
    "budgets.ledgerentry": "Every reserve, release and spend, as it happened. Nothing here is ever changed.",
    "campaigns.campaign": "What marketing runs, in which channel and motion, and what it costs.",
    "campaigns.namingconvention": "How names must be written. What breaks one is refused as it is entered.",
    "campaigns.program": "A run of the menu over a list of accounts frozen once, for a month, a quarter or a year.",
    "committee.buyingrole": "Who takes part in a decision, and how many of them an account of each tier should have.",
    "committee.persona": "Types of buyers: what they want, what hurts them, what to say to them and what to show.",
    "committee.suppression": "Who erased somebody, and when; of whom, only a keyed hash is left.",
    "committee.titlerule": "What a title suggests: seniority, department, persona, buying role. People confirm it.",
    "core.run": "What ran at night, step by step, and how long each step took.",
    "core.workingcalendar": "Days and hours that promises count: everybody's, and those of teams elsewhere.",
    "funnel.benchmark": "Rates of others to hold yours against, each with its source. Your own history comes first.",
    "funnel.stagedefinition": "What the stages of both motions are called, and what they mean in your company.",
    "integrations.slackwebhook": "Channels that are told what happens, by an incoming webhook of Slack.",
    "menus.channelstep": "How many channels an account should be reached through, stage by stage.",
    "menus.menudraft": "The next menu of a tier: a copy of today's, looked at as a rep sees it, published whole.",
    "menus.play": "Tactics that belong together, each in its turn, with what stops them.",
    "menus.tactic": "What marketing can do for an account. Only an approved tactic can be ordered.",
    "menus.tiermenu": "Which tactics each tier is entitled to, and how many of each. Changes are made in a draft.",
    "metrics.entry": "Figures that no event brings: salaries, tools, surveys, share of voice.",
    "metrics.reportmailing": "Who is mailed the report of a month, on which day of the next. Each reader gets it once.",
    "metrics.target": "What a metric shall come to, and by when.",
    "orders.approvalrule": "When an order waits for somebody. The first rule that fits decides; else nothing waits.",
    "orders.capacity": "Hours a working day that somebody has for tasks. Whoever is not here has the usual hours.",
    "orders.escalationstep": "Who is told that a task is late, or about to be, and when.",
    "orders.routingrule": "Whose a new task is. The first rule that fits and finds somebody decides.",
    "orders.skill": "Who can do what, and which tactics ask for it.",
    "orders.touchlimit": "How often marketing and sales together may touch a person in a week.",
    "pipeline.contract": "What customers signed: annual contract value and customer lifetime come from here.",
    "pipeline.stage": "The stages of your deals, and whether each is open, won or lost.",
    "scoring.icpprofile": "Weighted criteria that give every account its fit. What was in force is never edited.",
    "scoring.tierpolicy": "Ordered rules that give every account its tier. Draft, preview, publish, return.",
    "signals.contactfactor": "How much more an event counts if an executive did it.",
    "signals.eventtype": "What people do with us: its weight, how fast it fades, whether it counts as engaged.",
    "signals.intentprovider": "Who sells intent, and on which lawful basis. Without one it never counts.",
    "signals.retention": "How long signals are kept before they are deleted.",
    "users.absence": "Who is away when, and who covers. People enter their own on the page Absence.",
    "users.team": "Who works with whom, and who manages them.",
    "users.user": "Who works here, and as what. Whoever leaves is deactivated: their work goes to others.",
}


@register.filter
def lead(options: Options[Any]) -> str:
    """What a list of these rows is for."""
    return LEADS.get(options.label_lower, "")


@register.filter
def by_group(app_list: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Admin's own list of rooms as (heading, rooms); a room that no group names comes last."""
    left = {app["app_label"]: app | {"name": NAMES.get(app["app_label"], app["name"])} for app in app_list}
    groups = [(heading, [left.pop(label) for label in labels if label in left]) for heading, labels in GROUPS]
    groups.append(("Other", list(left.values())))
    return [(heading, apps) for heading, apps in groups if apps]
