"""Commands, found by their module names."""
