"""How much of each activity a month shall see: goals that managers of marketing set, beside the quality of the work."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from abmhub.metrics import actions
from abmhub.metrics.models import ActivityGoal
from abmhub.metrics.three_rs import ACTIVITIES
from abmhub.web.requests import Request, must_be_allowed

SET = "metrics.set_targets"
MOST = 2_147_483_647


class GoalsForm(forms.Form):
    """One number for each activity; an empty one is no goal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in ACTIVITIES:
            self.fields[each.code] = forms.IntegerField(
                label=each.name, required=False, min_value=1, max_value=MOST, help_text="In a month; empty is no goal."
            )


@require_http_methods(["GET", "POST"])
def set_goals(request: Request) -> HttpResponse:
    """Set the goals of all activities at once."""
    must_be_allowed(request, SET)
    goals = dict(ActivityGoal.objects.values_list("figure", "a_month"))
    form = GoalsForm(request.POST or None, initial=goals)
    if request.method == "POST" and form.is_valid():
        # What the form does not change stays as somebody else may have set it meanwhile.
        actions.set_goals(goals={code: form.cleaned_data[code] for code in form.changed_data}, by=request.user)
        messages.success(request, "The goals are set: they stand beside what is done, and how well.")
        return redirect(f"{reverse('metric-targets')}#goals-title")
    context = {
        "form": form,
        "breadcrumbs": [("Metrics", reverse("metric-list")), ("Targets", reverse("metric-targets"))],
    }
    return render(request, "metrics/goals.html", context)
