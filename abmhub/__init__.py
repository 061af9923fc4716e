"""ABM Hub: signals rise, orders descend, every import points down, the night is one page."""
