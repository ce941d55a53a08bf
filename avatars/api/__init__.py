"""The older picture service's API."""
