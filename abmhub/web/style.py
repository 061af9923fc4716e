"""The living style guide: every component and token with the words it will carry in use."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


class ExampleForm(forms.Form):
    """One field of every kind, so that each can be looked at with help and with an error."""

    name = forms.CharField(label="Name of the program", help_text="As it will read in reports.", max_length=60)
    owner = forms.ChoiceField(choices=[("", "Choose a person"), ("amira", "Amira Haddad"), ("jonas", "Jonas Weber")])
    starts_on = forms.DateField(label="Starts on", widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.DecimalField(label="Budget (USD)", min_value=Decimal(0), help_text="Reserved at once.")
    brief = forms.CharField(required=False, widget=forms.Textarea, help_text="What should the account feel afterwards?")
    motion = forms.ChoiceField(
        choices=[("abm", "Account-based"), ("demand_gen", "Demand generation")], widget=forms.RadioSelect
    )
    tell_owner = forms.BooleanField(
        label="Tell the account's owner at once", required=False, help_text="In the app, and by the daily mail."
    )
    list_file = forms.FileField(label="List of accounts", required=False, help_text="CSV, up to 50 MB.")


def show_style(request: HttpRequest) -> HttpResponse:
    """For staff; everyone else is told that there is no such page."""
    if not request.user.is_staff:
        raise Http404
    now = timezone.now()
    wrong = {"name": "", "owner": "amira", "amount": "-5", "motion": "abm", "starts_on": "2030-01-15"}
    context: dict[str, Any] = {
        "form": ExampleForm(wrong if "errors" in request.GET else None),
        "now": now,
        "today": now.date(),
        "yesterday": now - timedelta(days=1, hours=2),
        "hour_ago": now - timedelta(hours=1, minutes=5),
        "last_year": now - timedelta(days=400),
        "late": now.date() - timedelta(days=3),
        "soon": now.date() + timedelta(days=4),
        "accounts": ACCOUNTS,
        "committee": COMMITTEE,
        "tactics": TACTICS,
        "breadcrumbs": [("Home", "/"), ("Accounts", "/accounts/")],
        "colours": COLOURS,
    }
    return render(request, "style/show.html", context)


COLOURS = {
    "Paper": ("desk", "paper", "raised", "sunken", "line", "line-strong", "line-control"),
    "Ink": ("ink", "ink-soft", "ink-faint"),
    "Accent": ("accent", "accent-ink", "accent-soft", "accent-line", "focus"),
    "Tiers": ("tier-1", "tier-2", "tier-3"),
    "Status": ("ok-fill", "warn-fill", "danger-fill", "info-fill", "waiting-fill"),
}

ACCOUNTS = [
    {
        "name": "Northwind Freight",
        "domain": "northwindfreight.example",
        "level": 1,
        "why": "Surge on route planning; VP Operations booked a demo",
        "scores": (91, 84, 77),
        "trend": 12,
        "owner": "Amira Haddad",
        "acv": Decimal(184000),
        "status": ("ok", "Rising"),
    },
    {
        "name": "Halden & Sons Cold Storage",
        "domain": "haldencold.example",
        "level": 2,
        "why": "High fit, recent intent, no meaningful engagement yet",
        "scores": (86, 71, 38),
        "trend": 3,
        "owner": "Jonas Weber",
        "acv": Decimal(92500),
        "status": ("warn", "Decision maker missing"),
    },
    {
        "name": "Compañía Textil del Pacífico",
        "domain": "textilpacifico.example",
        "level": 3,
        "why": "High fit; intent quiet for 9 weeks",
        "scores": (79, 12, 22),
        "trend": -8,
        "owner": "Mei-Ling Chou",
        "acv": Decimal(41000),
        "status": ("waiting", "Quiet"),
    },
    {
        "name": "Bright Harbor Credit Union",
        "domain": "",
        "level": None,
        "why": "Employees and revenue not known",
        "scores": (44, None, 5),
        "trend": 0,
        "owner": "",
        "acv": None,
        "status": ("danger", "Data is 6 weeks old"),
    },
]

COMMITTEE = [
    {"name": "User", "level": "engaged"},
    {"name": "Influencer", "level": "reachable"},
    {"name": "Decision maker", "level": "known"},
    {"name": "IT expert", "level": "missing"},
]

TACTICS = [
    {
        "name": "Popcorn box with handwritten card",
        "about": "A tin of caramel popcorn and a card in the rep's name, sent to the office.",
        "price": Decimal("48.50"),
        "promise": "Thu 12 Feb",
        "stock": "62 in stock",
        "quota": "3 of 8 left this quarter",
        "ticked": True,
    },
    {
        "name": "Personal landing page",
        "about": "Their logo, their numbers, one case from their industry.",
        "price": Decimal(650),
        "promise": "Tue 17 Feb",
        "stock": "",
        "quota": "2 of 4 left this quarter",
    },
    {
        "name": "Executive dinner, Rotterdam",
        "about": "Eight guests from operations, one customer who speaks.",
        "price": Decimal(1900),
        "promise": "Wed 11 Mar",
        "stock": "",
        "quota": "1 seat left",
        "refusal": "Needs a decision maker on the committee. Add one and it opens.",
    },
]
