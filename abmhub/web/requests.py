"""What a page is handed."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from abmhub.users.models import User


class Request(HttpRequest):
    """A request of somebody who has signed in: LoginRequiredMiddleware lets nobody else through."""

    user: User
    htmx: HtmxDetails
