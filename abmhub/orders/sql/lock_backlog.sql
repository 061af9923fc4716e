-- One count at a time; orders go on adding rows, and menus go on reading them.
LOCK TABLE orders_backlog IN SHARE UPDATE EXCLUSIVE MODE
