-- Until the month has its table nobody reads the rest or writes to it; mostly it is empty.
LOCK TABLE {rest} IN ACCESS EXCLUSIVE MODE
