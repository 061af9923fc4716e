"""How often the worker looks for files, drafts of policies that somebody asked about, periods that ended, and months.

An administrator may change the schedules, but a deleted one comes back.
"""

from abmhub.core import schedules

NAME = "Take files in"
JOB = "console.take_files_in"
PREVIEWS = "Preview policies"
CARRYING = "Carry budgets over"
SECONDS = 5
HOUR = 3_600
SCHEDULES = (
    (NAME, JOB, SECONDS, "Takes in the files that somebody confirmed, then recomputes scores, tiers and funnels."),
    (
        PREVIEWS,
        "console.preview_policies",
        SECONDS,
        "Works out what a draft of the tier policy would do, once it is asked.",
    ),
    (CARRYING, "console.carry_budgets_over", HOUR, "Carries what is left of a period that ended into the next one."),
    (
        "Keep the months of signals",
        "console.keep_months",
        HOUR,
        "Makes tables for the months to come, and drops those of months that are not kept any more.",
    ),
)


def load() -> None:
    """Add the schedules that are missing."""
    for name, job, seconds, description in SCHEDULES:
        schedules.add(name, job, every=seconds, expire_seconds=2 * seconds, description=description)
