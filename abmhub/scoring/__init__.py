"""Which accounts, and why: ICP, scores, tier policies."""
