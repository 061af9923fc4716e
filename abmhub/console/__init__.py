"""Commands of manage.py that are not the night or the demo."""
