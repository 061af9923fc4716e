"""What is said of a file that cannot be read as a whole."""

from abmhub.core.refusals import Refused


class NotReadable(Refused):
    """The file as a whole cannot be read; the message says what to do."""
