"""The one-time link by which a recipient says where to send something, without signing in.

The link is a signature over the request's key and nonce: nothing of it is stored, and another nonce ends it.
"""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256

from django.conf import settings

from abmhub.orders.models import AddressRequest

VALID_FOR = timedelta(days=14)


def token_of(request: AddressRequest, *, secret: str | None = None) -> str:
    """The secret part of the link."""
    phrase = f"abmhub.orders.address/{request.pk}/{request.nonce}"
    digest = hmac.digest((secret or settings.SECRET_KEY).encode(), phrase.encode(), sha256)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def request_of(pk: int, token: str) -> AddressRequest | None:
    """The request that a link stands for; None when somebody made it up, or when it was asked for again since."""
    found = AddressRequest.objects.select_related("recipient__contact", "task__line__tactic").filter(pk=pk).first()
    if found is None:
        return None
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    signed = [hmac.compare_digest(token_of(found, secret=secret).encode(), token.encode()) for secret in secrets]
    return found if any(signed) else None
