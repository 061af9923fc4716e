"""A process of its own whose night says when it has written everything, and then waits to be killed."""

import time

import django

django.setup()

from abmhub.nightly import steps  # noqa: E402
from abmhub.nightly.steps import Step  # noqa: E402
from abmhub.scoring.changes import Scope  # noqa: E402
from tests.nightly.conftest import AT, TODAY, with_step  # noqa: E402


def wait_to_be_killed(scope: Scope) -> int:
    print("written", flush=True)  # noqa: T201 - that is how the test knows
    time.sleep(600)
    return 0


if __name__ == "__main__":
    steps.TONIGHT = with_step(Step("doomed", wait_to_be_killed), after="snapshots")
    steps.run(TODAY, at=AT)
