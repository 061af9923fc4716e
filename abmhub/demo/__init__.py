"""A made-up company, generated from a seed."""
