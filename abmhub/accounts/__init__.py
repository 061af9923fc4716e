"""Companies, who works them, and the tier that the last night found."""
