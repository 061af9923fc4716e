"""Absence: when am I away, and who decides and works in my place?"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from abmhub.core.days import business_day
from abmhub.core.refusals import Refused
from abmhub.users import actions
from abmhub.users.models import User
from abmhub.web.requests import Request


class AbsenceForm(forms.Form):
    """The days, and whoever covers them; colleagues of the same role come first."""

    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label="Until", help_text="The last day away.", widget=forms.DateInput(attrs={"type": "date"})
    )
    delegate = forms.ModelChoiceField(
        User.objects.none(),
        label="Who covers for you?",
        required=False,
        empty_label="Nobody: whoever is next by the rules",
        help_text="They decide about the orders that wait for you, and take over your tasks.",
    )

    def __init__(self, person: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = User.objects.filter(is_active=True).exclude(pk=person.pk).exclude(email=None)
        delegate = self.fields["delegate"]
        assert isinstance(delegate, forms.ModelChoiceField)  # noqa: S101 - for mypy
        delegate.queryset = colleagues.order_by("name", "pk")


@require_http_methods(["GET", "POST"])
def list_absences(request: Request) -> HttpResponse:
    """One's own absences from today on, whom one covers, and a form for the next."""
    person, day = request.user, business_day(timezone.now())
    form = AbsenceForm(person, request.POST or None, initial={"starts_on": day, "ends_on": day})
    if request.method == "POST" and form.is_valid():
        try:
            absence = actions.enter_absence(person=person, by=person, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            covers = absence.delegate.name if absence.delegate else "Whoever is next by the rules"
            messages.success(request, f"You are away until {absence.ends_on:%-d %B %Y}. {covers} covers for you.")
            return redirect("absence-list")
    context = {
        "form": form,
        "absences": person.absences.from_day(day).select_related("delegate"),
        "covered": person.covered_absences.from_day(day).select_related("person"),
        "today": day,
    }
    return render(request, "absences/list.html", context, status=422 if form.is_bound else 200)


@require_POST
def end_absence(request: Request, pk: int) -> HttpResponse:
    """I am back, or stay after all."""
    absence = get_object_or_404(request.user.absences, pk=pk)
    actions.end_absence(absence=absence, by=request.user, day=business_day(timezone.now()))
    messages.success(request, "You are here again: what waits for you is yours from now on.")
    return redirect("absence-list")
