"""Whether orders, ledger and store tell the same story."""

from abmhub.core import sql


def errors() -> list[str]:
    """A sentence for every line, order or tactic that the others contradict; empty when all is well."""
    return [
        *(
            f"The ledger does not fit {row['reference']}, which is {row['state'] or 'in no order'}."
            for row in sql.rows("orders/unbalanced_lines")
        ),
        *(
            f"Order {row['id']} has a total of {row['total_amount']}, its lines come to {row['lines_amount']}."
            for row in sql.rows("orders/unbalanced_totals")
        ),
        *(
            f"{row['name']} has {row['stock_reserved']} pieces promised; unfinished lines wait for {row['pieces']}."
            for row in sql.rows("orders/unbalanced_stock")
        ),
    ]
