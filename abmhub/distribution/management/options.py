"""What the commands about past days are told alike."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from abmhub.distribution.shards import Told


def add_days(parser: ArgumentParser) -> None:
    """The days from one to another."""
    parser.add_argument(
        "--from", dest="since", type=date.fromisoformat, metavar="DATE", required=True, help="The first day."
    )
    parser.add_argument(
        "--to", dest="until", type=date.fromisoformat, metavar="DATE", help="The last day; the first if left out."
    )


def add_sharing(parser: ArgumentParser) -> None:
    """Who does it."""
    parser.add_argument(
        "--workers",
        metavar="ADDRESS",
        help="The Dask scheduler whose workers share it, such as tcp://10.0.0.5:8786; ABMHUB_DASK_SCHEDULER if left "
        "out. Without either, all is done here.",
    )
    parser.add_argument("--shards", type=_number, metavar="N", help="Into how many parts the accounts are divided.")
    parser.add_argument("--json", action="store_true", help="End with one line of JSON.")


def show_shards(where: Any) -> Told:
    """A line for each shard that is done."""
    return lambda done, of: where.write(f"{done} of {of} shards")


def _number(word: str) -> int:
    number = int(word) if word.isdigit() else 0
    if not 1 <= number <= 10_000:
        raise ArgumentTypeError("a number from 1 to 10,000")
    return number
