"""The metrics: figures that sum rows, rival definitions made of them, and the one that we agreed on."""
