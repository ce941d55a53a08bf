"""Publications in templates of other parts."""
