"""Everything that somebody has, whichever surface it belongs to, in one place."""
