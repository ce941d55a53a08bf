"""The images that documents refer to: fetched politely, and recorded exactly once."""
