"""The rows that `benchmarks/imports.py` brings in, and how Django alone would bring them in."""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
SOURCE = "Benchmark"
SECTORS = ("technology", "retail", "finance", "health", "logistics", "energy", "media", "education")
COUNTRIES = ("United States", "Germany", "Norway", "Kenya", "Japan", "Brazil", "France", "Taiwan")
SEGMENTS = ("SMB", "Mid-market", "Enterprise", "")
SYLLABLES = [first + last for first in "bdfgklmnprstvz" for last in ("a", "e", "i", "o", "u", "an", "el", "or")]
ACTS = (("Pricing page view", "pricing_view"), ("Content download", "content_download"), ("Meeting", "meeting"))
EVENTS_AN_ACCOUNT = 20

Record = tuple[str, ...]


class Accounts:
    """Companies with names of their own: two words of syllables, and what they do."""

    kind = "accounts"
    header = ("id", "account", "website", "sector", "country", "employees", "revenue", "year_established", "segment")

    @staticmethod
    def records(rows: int, seed: int = 7) -> Iterator[Record]:
        chance = random.Random(seed)
        for number in range(1, rows + 1):
            word = "".join(chance.choices(SYLLABLES, k=4))
            sector = chance.choice(SECTORS)
            yield (
                f"A-{number}",
                f"{word.title()} {sector.title()} {chance.choice(('Ltd', 'GmbH', 'Inc.', ''))}".strip(),
                f"https://www.{word}-{number}.example/about",
                sector,
                chance.choice(COUNTRIES),
                str(chance.randint(5, 40_000)),
                str(chance.randint(100_000, 900_000_000)),
                str(chance.randint(1900, 2020)),
                chance.choice(SEGMENTS),
            )

    @staticmethod
    def prepare(rows: int) -> None:
        """Nothing has to be there before."""

    @staticmethod
    def _fields(record: Record) -> dict[str, Any]:
        _, name, website, industry, _, employees, revenue, founded, _ = record
        return {
            "name": name, "normalized_name": name.lower(), "domain": website.split(".")[1] + ".example",
            "industry": industry, "country": "US", "employees": int(employees), "annual_revenue_amount": int(revenue),
            "founded_year": int(founded), "refreshed_at": AT, "refreshed_from": SOURCE,
        }  # fmt: skip

    @classmethod
    def bulk_create(cls, records: Iterable[Record]) -> None:
        """Which keys are known is asked at one go; accounts and their keys are written in pieces."""
        from abmhub.accounts.models import Account, AccountIdentity

        rows = list(records)
        asked = AccountIdentity.objects.filter(source=SOURCE, external_id__in=[key for key, *_ in rows])
        known = dict(asked.values_list("external_id", "account__domain"))
        wanted = {key: Account(**cls._fields((key, *cells))) for key, *cells in rows}
        for key, domain in known.items():
            wanted[key].domain = domain
        columns = [name for name in cls._fields(rows[0]) if name != "domain"]
        with transaction.atomic():
            Account.objects.bulk_create(
                wanted.values(), batch_size=1_000, update_conflicts=True, unique_fields=["domain"],
                update_fields=columns,
            )  # fmt: skip
            AccountIdentity.objects.bulk_create(
                [AccountIdentity(account=account, source=SOURCE, external_id=key) for key, account in wanted.items()],
                batch_size=1_000, update_conflicts=True, unique_fields=["source", "external_id"],
                update_fields=["account"],
            )  # fmt: skip

    @classmethod
    def update_or_create(cls, records: Iterable[Record]) -> None:
        """Row by row as the importer recognises: by key, then domain, then name within the country."""
        from abmhub.accounts.models import Account, AccountIdentity

        for key, *cells in records:
            fields = cls._fields((key, *cells))
            same_name = Account.objects.filter(
                domain=None, normalized_name=fields["normalized_name"], country__in=["", fields["country"]]
            )
            with transaction.atomic():
                found = (
                    Account.objects.filter(identities__source=SOURCE, identities__external_id=key).first()
                    or Account.objects.filter(domain=fields["domain"]).first()
                    or same_name.first()
                )
                lookup: dict[str, Any] = {"pk": found.pk} if found else {"domain": fields["domain"]}
                account, _ = Account.objects.update_or_create(**lookup, defaults=fields)
                AccountIdentity.objects.update_or_create(source=SOURCE, external_id=key, defaults={"account": account})


class Events:
    """What people of accounts did: narrow rows, each with a key of its own."""

    kind = "events"
    header = ("event_id", "event", "occurred_at", "email", "domain", "detail")

    @staticmethod
    def records(rows: int, seed: int = 7) -> Iterator[Record]:
        chance = random.Random(seed)
        accounts = _accounts_for(rows)
        for number in range(1, rows + 1):
            account = chance.randrange(accounts)
            moment = AT - timedelta(minutes=chance.randrange(500_000))
            yield (
                f"E-{number}",
                chance.choice(ACTS)[0],
                f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                f"ada@company-{account}.example" if chance.random() < 0.5 else "",
                f"company-{account}.example",
                f"Page {chance.randrange(50)}",
            )

    @staticmethod
    def prepare(rows: int) -> None:
        """The accounts that did it, each with a person, and the types of what they did."""
        from abmhub.accounts.models import Account
        from abmhub.committee.models import Contact
        from abmhub.signals.models import EventType

        accounts = Account.objects.bulk_create(
            [
                Account(
                    name=f"Company {number}", normalized_name=f"company {number}", domain=f"company-{number}.example"
                )
                for number in range(_accounts_for(rows))
            ],
            batch_size=1_000,
        )
        Contact.objects.bulk_create(
            [Contact(account=account, name="Ada", email=f"ada@{account.domain}") for account in accounts],
            batch_size=1_000,
        )
        for name, code in ACTS:
            EventType.objects.get_or_create(name=name, defaults={"code": code, "weight": 5, "content_stage": "tofu"})

    @staticmethod
    def _fields(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
        from abmhub.accounts.models import Account
        from abmhub.committee.models import Contact
        from abmhub.signals.models import EventType

        accounts = dict(Account.objects.values_list("domain", "pk"))
        people = dict(Contact.objects.values_list("email", "pk"))
        types = dict(EventType.objects.values_list("name", "pk"))
        for key, event, moment, email, domain, detail in records:
            yield {
                "account_id": accounts[domain], "contact_id": people.get(email), "event_type_id": types[event],
                "occurred_at": datetime.fromisoformat(moment), "detail": detail, "source": SOURCE, "external_id": key,
            }  # fmt: skip

    @classmethod
    def bulk_create(cls, records: Iterable[Record]) -> None:
        from abmhub.signals.models import EngagementEvent, EventKey

        wanted = [EngagementEvent(**fields) for fields in cls._fields(records)]
        asked = [event.external_id for event in wanted]
        known = set(EventKey.objects.filter(source=SOURCE, external_id__in=asked).values_list("external_id", flat=True))
        EngagementEvent.objects.bulk_create(
            [event for event in wanted if event.external_id not in known], batch_size=1_000
        )

    @classmethod
    def update_or_create(cls, records: Iterable[Record]) -> None:
        from abmhub.signals.models import EngagementEvent

        for fields in cls._fields(records):
            source, key = fields.pop("source"), fields.pop("external_id")
            EngagementEvent.objects.update_or_create(source=source, external_id=key, defaults=fields)


Rows = type[Accounts] | type[Events]
KINDS: dict[str, Rows] = {each.kind: each for each in (Accounts, Events)}


def _accounts_for(rows: int) -> int:
    return max(rows // EVENTS_AN_ACCOUNT, 1)
