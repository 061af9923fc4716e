"""The night: a list of steps that publish together."""
