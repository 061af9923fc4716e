"""What a page is handed, and where it sends people back to."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from abmhub.core.refusals import NotAllowed
from abmhub.users.models import User
from abmhub.users.verbs import require


class Request(HttpRequest):
    """A request of somebody who has signed in: LoginRequiredMiddleware lets nobody else through."""

    user: User
    htmx: HtmxDetails


def must_be_allowed(request: Request, verb: str) -> None:
    """Raises PermissionDenied, with the verb's own sentence for the page of a 403."""
    try:
        require(request.user, verb)
    except NotAllowed as refusal:
        raise PermissionDenied(refusal.message) from refusal


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a form names in `next`; `otherwise` when it names none, or another site."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else otherwise
