"""How dates and numbers are written, by language, where we differ from Django."""
