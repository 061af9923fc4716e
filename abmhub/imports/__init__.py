"""Files in, with every row accounted for."""
