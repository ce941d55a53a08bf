"""The API of the editor."""
