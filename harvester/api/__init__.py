"""The API of the harvester."""
