"""What a page is handed, and where it sends people back to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from abmhub.users.models import User
from abmhub.users.verbs import require


class Request(HttpRequest):
    """A request of somebody who has signed in: LoginRequiredMiddleware lets nobody else through."""

    user: User
    htmx: HtmxDetails


def must_be_allowed(request: Request, verb: str) -> None:
    """Raises NotAllowed, which `forbidding` answers with a page that says the verb's own sentence."""
    require(request.user, verb)


def way_back(request: HttpRequest, otherwise: str) -> str:
    """The page of ours that a form names in `next`; `otherwise` when it names none, or another site."""
    asked = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else otherwise
