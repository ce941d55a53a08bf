"""Moving all stored objects from one place to another while the hub goes on working."""
