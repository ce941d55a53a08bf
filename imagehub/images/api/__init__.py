"""The image core's own routes."""
