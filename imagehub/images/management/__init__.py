"""Management commands of the image core."""
