"""The page behind a recipient's one-time link: where may we send it? Nobody signs in here, and nothing is told."""

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from abmhub.core.models import Installation
from abmhub.core.refusals import Refused
from abmhub.orders import actions
from abmhub.orders.addresses import request_of
from abmhub.web.requests import Request
from abmhub.web.task import act, task_to_work

TRIES, WITHIN_SECONDS = 30, 600
"""So often an address of the internet may knock at these pages."""


class AddressForm(forms.Form):
    """The lines of an envelope."""

    address = forms.CharField(
        max_length=500,
        strip=True,
        label="Your address",
        help_text="As on an envelope: name, street and number, postcode and town, country.",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "street-address"}),
    )


@login_not_required
@never_cache
@sensitive_post_parameters("address")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """404 for a link that nobody sent; 410 for one that came too late; the same thanks however often it is sent."""
    if _knocks_too_often(request):
        return _answer(request, "address/busy.html", {}, status=429)
    asked = request_of(pk, token)
    if asked is None:
        raise Http404
    now = timezone.now()
    if asked.confirmed_at is not None:
        return _answer(request, "address/thanks.html", {"asked": asked})
    if asked.task.finished_at is not None or not asked.is_open(now):
        return _answer(request, "address/expired.html", {"asked": asked}, status=410)
    form = AddressForm(request.POST or None)
    if form.is_valid():
        try:
            actions.confirm_address(request=asked, at=now, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("address", refusal.message)
        else:
            return _marked(redirect(request.path))
    context = {"asked": asked, "form": form}
    return _answer(request, "address/confirm.html", context, status=422 if form.is_bound else 200)


@require_POST
def ask_addresses(request: Request, pk: int) -> HttpResponse:
    """Ask the recipients of a task for their addresses; the clock rests until the last has answered."""
    task = task_to_work(request, pk)
    return act(
        request, task, actions.ask_addresses, said="The recipients are asked. The clock rests until they answer."
    )


def _knocks_too_often(request: HttpRequest) -> bool:
    """By the address that the request came from; with a dead cache nobody is turned away."""
    key = f"address-page/{_client(request)}"
    cache.add(key, 0, WITHIN_SECONDS)
    return cache.incr(key) > TRIES


def _client(request: HttpRequest) -> str:
    """Who knocks: of the addresses that a header tells, the one that our own outermost proxy wrote."""
    told = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    proxies: int = settings.PROXIES
    if proxies and len(told) >= proxies:
        return str(told[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def _answer(request: HttpRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    company = Installation.objects.values_list("company_name", flat=True).first()
    return _marked(render(request, template, {**context, "company": company}, status=status))


def _marked(response: HttpResponse) -> HttpResponse:
    """Kept out of search engines, and its own address out of every other site's hands."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
