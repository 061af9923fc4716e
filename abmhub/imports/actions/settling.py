"""What a person settles after a file has come in: what a word of its source means."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from abmhub.accounts.actions import correct_country, correct_industry
from abmhub.accounts.countries import code_of
from abmhub.accounts.models import Account
from abmhub.core.refusals import Refused
from abmhub.imports.models import Settlement
from abmhub.imports.suggestion import accounts_like, products_like
from abmhub.imports.vocabulary import meaning_called
from abmhub.pipeline.actions import settle_account, settle_product
from abmhub.pipeline.models import Opportunity, Product
from abmhub.users.models import User
from abmhub.users.verbs import require

# Words that are only read by what was settled: rows that are in already keep what they came with.
READ_BY_MEANING = (
    Settlement.Field.STAGE,
    Settlement.Field.CURRENCY,
    Settlement.Field.BUYING_ROLE,
    Settlement.Field.EVENT_TYPE,
)


class NotKnown(Refused):
    """What a person named is not here, or not only once."""


@transaction.atomic
def settle_name(*, source: str, field: str, value: str, meaning: str, by: User, at: datetime) -> int:
    """Say what a word in the files of a source means, for all that came with it and all that will.

    `meaning` is the name of a product, the name or domain of an account, an industry, a country, or one of the
    choices of the field's vocabulary. Returns how many rows were settled now; saying something else later changes
    only what comes then. Raises NotAllowed, NotKnown.
    """
    require(by, "imports.import_files")
    settlement = {"by": by, "settled_at": at, "account": None, "product": None, "meaning": ""}
    deals = Opportunity.objects.filter(source=source)
    if field == Settlement.Field.PRODUCT:
        product = settlement["product"] = product_called(meaning)
        settled = settle_product(opportunities=deals.filter(product_name=value), product=product, by=by)
    elif field == Settlement.Field.ACCOUNT and value:
        account = settlement["account"] = account_called(meaning)
        settled = settle_account(opportunities=deals.filter(account_name=value), account=account, by=by, at=at)
    elif field == Settlement.Field.INDUSTRY and meaning.strip():
        industry = settlement["meaning"] = meaning.strip()[:100]
        settled = correct_industry(source=source, came_as=value, industry=industry, at=at)
    elif field == Settlement.Field.COUNTRY and (code := code_of(meaning)):
        settlement["meaning"] = code
        settled = correct_country(source=source, came_as=value, country=code, at=at)
    elif field in READ_BY_MEANING and value and (found := meaning_called(field, meaning)):
        settlement["meaning"], settled = found, 0
    else:
        raise NotKnown(f"“{meaning}” is no {field} that we know.")
    Settlement.objects.update_or_create(source=source, field=field, value=value, defaults=settlement)
    return settled


def settle_deals(*, deals: Collection[int], field: str, meaning: str, by: User, at: datetime) -> int:
    """Say which account or product these deals, by their keys, are about. Raises NotAllowed, NotKnown."""
    opportunities = Opportunity.objects.filter(pk__in=deals)
    if field == Settlement.Field.PRODUCT:
        return settle_product(opportunities=opportunities, product=product_called(meaning), by=by)
    if field != Settlement.Field.ACCOUNT:
        raise NotKnown("Deals are settled by their account or their product; other words for a whole source.")
    return settle_account(opportunities=opportunities, account=account_called(meaning), by=by, at=at)


def product_called(name: str) -> Product:
    """Raises NotKnown, with the product that was probably meant."""
    product = Product.objects.filter(name__iexact=name.strip()).first()
    if product is None:
        like = products_like([name]).get(name)
        raise NotKnown(f"There is no product “{name}”.{f' Did you mean {like}?' if like else ''}")
    return product


def account_called(name: str) -> Account:
    """The one account of this name or domain. Raises NotKnown, with the account that was probably meant."""
    found = list(Account.objects.called(name)[:2])
    if len(found) > 1:
        raise NotKnown(f"Several accounts are called “{name}”: give the domain instead.")
    if not found:
        like = accounts_like([name]).get(name)
        raise NotKnown(f"There is no account “{name}”.{f' Did you mean {like}?' if like else ''}")
    return found[0]
