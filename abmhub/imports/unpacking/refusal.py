"""Why a packed file is not opened: a sentence for the person who brought it."""


class Unopened(Exception):
    """The message says what to do."""


DAMAGED = "The file is damaged or not complete: save or download it anew."
TOO_LARGE = "The file unpacks to far more than a table needs: save the sheet as CSV and bring that."
