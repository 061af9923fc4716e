"""What marketing does: recognised by key, then by name."""

from typing import Any, ClassVar

from abmhub.campaigns.models import Campaign, Channel, Motion
from abmhub.core import sql
from abmhub.imports import journal
from abmhub.imports.kinds.base import CellReader, Intake, Reading, expect
from abmhub.imports.kinds.opportunities import MOTIONS
from abmhub.imports.mapping import Field
from abmhub.imports.models import Kind

# What Salesforce, HubSpot, LinkedIn and people call the channels that ship.
CHANNEL_WORDS = {
    "email": "email e-mail emailblast emailcampaign emailnurture marketingemail newsletter nurture automatedemail drip",
    "mail": "directmail mail post postal letter",
    "ads": (
        "ads ad advertisement advertising bannerads banner display displayads paidsocial paidads onlineads linkedin "
        "linkedinads linkedinad facebookads metaads sponsoredupdates sponsoredcontent sponsoredinmails "
        "sponsoredmessaging textads textad dynamicads videoads retargeting remarketing programmatic abmads"
    ),
    "search": "search ppc paidsearch sem searchengine searchads googleads adwords bingads organicsearch",
    "event": (
        "event events conference tradeshow seminar seminarconference webinar webinars roadshow workshop fieldevent "
        "liveevent eventwithwebinar fieldmarketing dinner"
    ),
    "content": "content contentsyndication contentmarketing whitepaper ebook blog publicrelations pr guide",
    "web": "web website webrequest webform landingpage websitedirect organic onsite chat",
    "gift": "gift gifts gifting swag",
    "social": "social socialmedia organicsocial socialpost",
    "podcast": "podcast podcasts",
    "phone": "phone call calls telemarketing outboundcall coldcall callcampaign",
}
CHANNEL_BY_WORD = {word: code for code, words in CHANNEL_WORDS.items() for word in words.split()}


def _bare(words: str) -> str:
    return "".join(char for char in words.casefold() if char.isalnum() or char == "-")


class Campaigns(Intake):
    kind = Kind.CAMPAIGNS
    model = Campaign
    fields = (
        Field("external_id", "Key in the source", "campaignid id recordid externalid campaignguid"),
        Field("name", "Campaign", "campaign campaignname name title", required=True),
        Field(
            "channel", "Channel", "channel campaignchannel type campaigntype medium format objectivetype",
            help="Empty: what the name of the source says, as LinkedIn Ads does.",
        ),
        Field("motion", "Motion", "motion gotomarketmotion", help="ABM or demand gen; empty: demand gen."),
        Field(
            "started_on", "Started on",
            "startdate startedon start startsat started runschedulestart createddate createdate createdtime createdat",
            is_date=True,
        ),
        Field("ended_on", "Ended on", "enddate endedon end endsat ended runscheduleend", is_date=True),
    )  # fmt: skip
    columns = ("identity", "external_id", "name", "channel_id", "motion", "started_on", "ended_on")
    sample: ClassVar = (
        ("campaign_id", "campaign", "channel", "motion", "start_date", "end_date"),
        ("K-1", "Executive dinner Oslo", "Event", "ABM", "2026-03-10", "2026-03-10"),
        ("K-2", "Factory of tomorrow", "LinkedIn Ads", "ABM", "2026-02-01", "2026-04-30"),
        ("K-3", "Spring newsletter", "Email", "Demand gen", "2026-03-01", ""),
    )

    def __init__(self) -> None:
        self._channels: dict[str, int] = {}
        for channel in Channel.objects.order_by("pk"):
            self._channels |= {_bare(channel.name): channel.pk, _bare(channel.code): channel.pk}
        by_code = dict(Channel.objects.values_list("code", "pk"))
        self._by_word = {word: by_code[code] for word, code in CHANNEL_BY_WORD.items() if code in by_code}

    def staged(self, row: CellReader) -> tuple[Any, ...]:
        key, name = row.text("external_id"), row.text("name", 150)
        return (
            key or name.lower(),
            key,
            name,
            self._channel(row),
            row.choice("motion", MOTIONS),
            row.day("started_on"),
            row.day("ended_on"),
        )

    def _channel(self, row: CellReader) -> int | None:
        words = _bare(row.raw("channel"))
        if found := self._called(words or _bare(row.reading.source)):
            return found
        if words:
            row.reject(f"“{row.raw('channel')[:60]}” is no channel that we know: add it in the admin, or correct it.")
        return None

    def _called(self, words: str) -> int | None:
        return self._channels.get(words) or self._by_word.get(words)

    def resolve(self, reading: Reading) -> None:
        sql.run("imports/rows/skip_identical")
        sql.run("imports/rows/reject_conflicts")
        sql.run("imports/campaigns/reject_namesakes")
        sql.run("imports/campaigns/match_by_key", source=reading.source)
        sql.run("imports/campaigns/match_by_name", source=reading.source)
        sql.run("imports/rows/reject_same_target")
        sql.run("imports/campaigns/reject_incomplete")
        sql.run("imports/rows/new_targets", table="campaigns_campaign")
        sql.run("imports/campaigns/merge", source=reading.source)

    def write(self, reading: Reading) -> None:
        source = reading.source
        expect(journal.write(Campaign, "campaigns/import_new", source=source, motion=Motion.DEMAND_GEN), "create")
        journal.write(Campaign, "campaigns/import_changes")
