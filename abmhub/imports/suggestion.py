"""Which known name an unknown one probably means. A suggestion is shown to a person, never applied by itself."""

from collections.abc import Collection, Iterable

from rapidfuzz import fuzz, process

from abmhub.core import sql
from abmhub.pipeline.models import Product
from abmhub.users.models import User

# Of names as short as those of products and people, fewer letters in common are chance.
ALIKE_PERCENT = 80
# More unknown names than this in one file are a question of the wrong column, not of spelling.
MAX_NAMES = 200


def alike(name: str, known: Collection[str]) -> str:
    """The known name that is most like it, blanks and case aside; empty when none is alike."""
    best = process.extractOne(name, known, scorer=fuzz.ratio, processor=_squeezed, score_cutoff=ALIKE_PERCENT)
    return best[0] if best else ""


def _squeezed(name: str) -> str:
    return "".join(name.casefold().split())


def products_like(names: Iterable[str]) -> dict[str, str]:
    """For each name the product that it probably means, where one is alike."""
    known = list(Product.objects.values_list("name", flat=True))
    return {name: found for name in names if (found := alike(name, known))}


def accounts_like(names: Iterable[str]) -> dict[str, str]:
    """For each name the account that it probably means, where one is alike. Searches by trigrams."""
    return {
        row["value"]: row["name"] for row in sql.rows("accounts/alike", names=list(names)) if row["name"] is not None
    }


def people_like(names: Iterable[str]) -> dict[str, str]:
    """For each name the person who is probably meant, where one is alike."""
    known = list(User.objects.values_list("name", flat=True))
    return {name: found for name in names if (found := alike(name, known))}


def suggest_products(field: str) -> None:
    _write(field, products_like(_unknown(field)))


def suggest_accounts(field: str) -> None:
    _write(field, accounts_like(_unknown(field)))


def suggest_people(field: str) -> None:
    _write(field, people_like(_unknown(field)))


def _unknown(field: str) -> list[str]:
    """The names in doubt of the file that is staged, the most frequent first."""
    return [row["value"] for row in sql.rows("imports/rows/unknown_names", field=field, limit=MAX_NAMES)]


def _write(field: str, found: dict[str, str]) -> None:
    sql.run("imports/rows/suggest", field=field, names=list(found), suggestions=list(found.values()))
