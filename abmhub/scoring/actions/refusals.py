"""Why a version may not go in force."""

from abmhub.core.refusals import Refused


class AlreadyPublished(Refused):
    """It is in force, or was; only a draft can be published."""


class NotADraft(Refused):
    """What was published once is not changed any more."""


class NothingToPublish(Refused):
    """It would leave accounts without any fit or tier, or give every account the same."""
