"""The menu as a rep sees it on an account, today or as a draft would make it; to look at, not to order from."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from abmhub.accounts.models import Account, AccountQuerySet, Standing
from abmhub.menus.models import MenuDraft
from abmhub.orders.menu import menu_for
from abmhub.orders.plays import plays_for
from abmhub.users.models import SALES_ROLES, User
from abmhub.web.menus import shelves_of
from abmhub.web.requests import Request, must_be_allowed

PREVIEW = "menus.preview"
MOST_ACCOUNTS = 12


class PreviewForm(forms.Form):
    """Whose eyes, which menu, which account; what makes no sense is ignored."""

    rep = forms.ModelChoiceField(
        User.objects.filter(is_active=True, role__in=SALES_ROLES).order_by("name"),
        required=False,
        empty_label=None,
        label="As",
    )
    draft = forms.ModelChoiceField(
        MenuDraft.objects.filter(published_at=None).select_related("tier").order_by("-pk"),
        required=False,
        empty_label="Today's menu",
        label="Menu",
    )
    q = forms.CharField(
        required=False,
        max_length=100,
        label="Account",
        widget=forms.TextInput(
            attrs={"class": "input", "type": "search", "autocomplete": "off", "placeholder": "Name or domain"}
        ),
    )
    account = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)


@require_GET
def preview_menu(request: Request) -> HttpResponse:
    must_be_allowed(request, PREVIEW)
    form = PreviewForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    draft: MenuDraft | None = chosen.get("draft")
    rep: User | None = chosen.get("rep") or _somebody(draft)
    form.data = {**request.GET.dict(), "rep": rep.pk if rep else ""}  # so that the field says who it is
    accounts = _accounts(rep, draft, chosen.get("q", "")) if rep else []
    asked = chosen.get("account")
    account = Account.objects.visible_to(rep).filter(pk=asked).first() if rep and asked else None
    account = account or next(iter(accounts), None)
    menu = menu_for(account, by=rep, at=timezone.now(), draft=draft) if account and rep else None
    context = {
        "form": form,
        "rep": rep,
        "draft": draft,
        "accounts": accounts,
        "account": account,
        "menu": menu,
        "shelves": shelves_of(menu) if menu else [],
        "is_other_tier": bool(draft and menu and menu.tier != draft.tier),
        "plays": plays_for(menu) if menu else (),
    }
    return render(request, "menus/preview.html", context)


def _somebody(draft: MenuDraft | None) -> User | None:
    """The owner of the account that comes first, of the draft's tier, in the order of the list of accounts."""
    tiered = Standing.objects.filter(tier=draft.tier) if draft else Standing.objects.exclude(tier=None)
    owned = tiered.filter(account__owner__in=User.objects.filter(is_active=True, role__in=SALES_ROLES))
    first = owned.select_related("account__owner").order_by("-priority", "-pk").first()
    return first.account.owner if first else None


def _accounts(rep: User, draft: MenuDraft | None, words: str) -> list[Account]:
    """The first of those that the rep may see, of the draft's tier, by priority."""
    accounts: AccountQuerySet = Account.objects.visible_to(rep).exclude(standing__tier=None)
    if draft:
        accounts = accounts.filter(standing__tier=draft.tier)
    if words:
        accounts = accounts.matching(words)
    return list(accounts.select_related("standing__tier").order_by("-standing__priority", "-pk")[:MOST_ACCOUNTS])
