"""The event types and contact factors that ship. Impressions, clicks and plain visits are never meaningful."""

from abmhub.committee.models import Contact, ContentStage
from abmhub.signals.models import ContactFactor, EventType, Retention

TOFU, MOFU, BOFU = ContentStage.TOFU, ContentStage.MOFU, ContentStage.BOFU

EVENT_TYPES = (
    # code, name, weight, half-life in days, daily cap, content stage, meaningful
    ("ad_impression", "Ad impression", 0, 7, 1, TOFU, False),
    ("ad_click", "Ad click", 1, 7, 3, TOFU, False),
    ("page_view", "Page view", 1, 14, 5, TOFU, False),
    ("email_open", "Email open", 0, 7, 1, TOFU, False),
    ("email_click", "Email click", 2, 14, 3, TOFU, False),
    ("social", "Social interaction", 2, 14, 3, TOFU, False),
    ("content_download", "Content download", 8, 30, 2, MOFU, True),
    ("email_reply", "Email reply", 10, 30, 2, MOFU, True),
    ("pricing_view", "Pricing page view", 6, 30, 2, BOFU, True),
    ("event_attended", "Event attended", 20, 45, 1, MOFU, True),
    ("meeting", "Meeting", 25, 45, 2, BOFU, True),
    ("demo_request", "Demo request", 30, 45, 1, BOFU, True),
)


CONTACT_FACTORS = (
    # seniority, percent
    (Contact.Seniority.C_LEVEL, 200),
    (Contact.Seniority.VP, 150),
    (Contact.Seniority.DIRECTOR, 125),
    (Contact.Seniority.MANAGER, 100),
    (Contact.Seniority.STAFF, 100),
)


def load() -> None:
    """Fill the event types and contact factors of an installation that has none; signals are kept for ever at first."""
    Retention.objects.get_or_create(pk=1)
    if not EventType.objects.exists():
        EventType.objects.bulk_create(
            EventType(
                code=code,
                name=name,
                weight=weight,
                half_life_days=half_life_days,
                daily_cap=daily_cap,
                content_stage=content_stage,
                is_meaningful=is_meaningful,
            )
            for code, name, weight, half_life_days, daily_cap, content_stage, is_meaningful in EVENT_TYPES
        )
    if not ContactFactor.objects.exists():
        ContactFactor.objects.bulk_create(
            ContactFactor(seniority=seniority, percent=percent) for seniority, percent in CONTACT_FACTORS
        )
