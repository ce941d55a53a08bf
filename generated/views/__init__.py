"""The pages of generated images."""
