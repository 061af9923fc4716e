"""Whether what the newest night froze of the metrics agrees with itself."""

from abmhub.core import sql


def errors() -> list[str]:
    """A sentence for every figure or return that cannot be; empty when all is well."""
    return [
        *(
            f"On {row['snapshot_on']} {row['figure']} over a {row['window']} counts {row['rows']} rows, "
            f"its slices by {row['by']} count {row['sliced']}, or other sums."
            for row in sql.rows("metrics/contradicted_slices")
        ),
        *(
            f"On {row['snapshot_on']} {row['kept']} contracts were renewed over a {row['window']}, "
            f"but only {row['due']} were due, or for less money."
            for row in sql.rows("metrics/contradicted_retention")
        ),
        *(
            f"The returns of {row['kind']} {row['key']} on {row['snapshot_on']} contradict themselves "
            f"under the model {row['model']}."
            for row in sql.rows("metrics/contradicted_returns")
        ),
    ]
