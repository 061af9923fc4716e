"""What other systems call the event types that ship.

What is read about us on a review site counts as little as a page of ours does; who wants "compare" to weigh more adds
an event type and says that it means that.
"""

from abmhub.imports.cells import plain_word
from abmhub.signals.models import EventType

WORDS = {
    "ad_impression": "impression impressions ad_view ad sponsored sponsored_content",
    "ad_click": "click_ad ad_clicked sponsored_click",
    "page_view": (
        "page pageview page_viewed viewed_page visit web_visit website_visit page_visit "
        "profile product_profile category compare comparison alternatives reviews"
    ),
    "email_open": "open opened email_opened opened_email open_email",
    "email_click": "click clicked email_clicked clicked_email click_email link_clicked",
    "email_reply": "reply replied email_replied replied_to_email",
    "content_download": "download downloaded asset_download form_submission form_submitted form_fill filled_form",
    "pricing_view": "pricing pricing_page pricing_page_view viewed_pricing",
    "event_attended": "attended attended_event webinar webinar_attended attended_webinar event_attendance",
    "meeting": "meeting_held meeting_booked call_held",
    "demo_request": "demo demo_requested requested_demo contact_sales",
}


class EventTypes:
    """The event types as they were when it was made."""

    def __init__(self) -> None:
        types = list(EventType.objects.order_by("name"))
        by_code = {type_.code: type_.pk for type_ in types}
        self._keys = {word: by_code[code] for code, words in WORDS.items() if code in by_code for word in words.split()}
        self._keys |= {plain_word(type_.name): type_.pk for type_ in types} | by_code
        self.named = [(type_.code, type_.name) for type_ in types]

    def called(self, word: str) -> int | None:
        """The key of the event type that a word means."""
        return self._keys.get(plain_word(word))
