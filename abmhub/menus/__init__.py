"""Tactics, their recipes, and the menu each tier is entitled to."""
