"""The API of publications."""
