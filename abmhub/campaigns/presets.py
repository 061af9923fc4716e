"""The channels that ship."""

from abmhub.campaigns.models import Channel

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


def load() -> None:
    """Fill the channels of an installation that has none."""
    if not Channel.objects.exists():
        Channel.objects.bulk_create(Channel(code=code, name=name) for code, name in CHANNELS)
