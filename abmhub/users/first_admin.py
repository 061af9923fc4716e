"""The first administrator: made by whoever started an empty installation, through a link that works once."""

from django.core import signing
from django.db import connection, transaction
from django.db.models import Max

from abmhub.users.models import User

SALT = "abmhub.users.first_admin"


class LinkNotValid(Exception):
    """The link was not signed here, or an administrator has been made since."""


def is_missing() -> bool:
    """Whether nobody can administer this installation."""
    return not User.objects.filter(is_superuser=True, is_active=True).exists()


def _latest_administrator() -> int:
    """The newest administrator's key, leavers included: a link must not come back to life when one leaves."""
    latest: int | None = User.objects.filter(is_superuser=True).aggregate(latest=Max("pk"))["latest"]
    return latest or 0


def issue_token() -> str:
    """A token for `create`. It ends with the making of an administrator, by whatever way."""
    return signing.dumps(_latest_administrator(), salt=SALT)


def check(token: str) -> None:
    """Raises LinkNotValid."""
    try:
        issued_after = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkNotValid from error
    if issued_after != _latest_administrator() or not is_missing():
        raise LinkNotValid


@transaction.atomic
def create(*, token: str, name: str, email: str, password: str) -> User:
    """Make the administrator. Raises LinkNotValid; of two who use a link at once, one gets that."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE users_user IN SHARE ROW EXCLUSIVE MODE")
    check(token)
    return User.objects.create_superuser(email, password, name=name)
