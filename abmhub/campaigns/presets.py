"""The channels and the naming convention that ship."""

from abmhub.campaigns.models import Channel, NamingConvention

CHANNELS = (
    ("mail", "Mail"),
    ("email", "Email"),
    ("ads", "Ads"),
    ("content", "Content"),
    ("event", "Event"),
    ("web", "Website"),
    ("gift", "Gift"),
    ("social", "Social"),
    ("podcast", "Podcast"),
    ("search", "Search"),
    ("phone", "Phone"),
)


AUDIENCES = {
    "pattern": r"20\d\d(-Q[1-4]|-(0[1-9]|1[0-2]))?-[A-Z]{2,6}-\S.*",
    "example": "2026-Q2-EMEA-Manufacturers in surge",
    "explanation": "Name an audience by its year, with quarter or month, its market in capitals, and who is in it.",
}


def load() -> None:
    """Fill the channels and conventions of an installation that has none."""
    if not NamingConvention.objects.exists():
        NamingConvention.objects.create(subject=NamingConvention.Subject.AUDIENCE, **AUDIENCES)
    if not Channel.objects.exists():
        Channel.objects.bulk_create(Channel(code=code, name=name) for code, name in CHANNELS)
