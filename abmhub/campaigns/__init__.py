"""Channels, campaigns, their spend, and every touch on an account."""
