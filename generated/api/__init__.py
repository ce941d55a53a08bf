"""The older image service's API."""
