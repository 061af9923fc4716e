-- Whoever reads goes on; nothing is added to the month any more.
LOCK TABLE {month} IN SHARE ROW EXCLUSIVE MODE
