"""What can be done with publications and their photos."""
