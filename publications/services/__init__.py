"""What can be done with publications and their photos; each use case is one transaction."""
