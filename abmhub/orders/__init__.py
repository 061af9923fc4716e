"""What we do for accounts: orders, tasks, follow-ups."""
