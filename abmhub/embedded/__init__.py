"""PostgreSQL, Valkey and the application's own processes on one machine: for trial and development.

Nothing here is used when DATABASE_URL and REDIS_URL name other servers. See docs/decisions/.
"""
