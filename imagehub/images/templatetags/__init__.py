"""Images in templates."""
