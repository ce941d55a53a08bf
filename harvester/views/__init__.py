"""Pages of the harvester, for staff."""
