"""What may be done with harvests: each a promise kept in one transaction."""
