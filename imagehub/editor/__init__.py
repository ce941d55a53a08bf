"""Changes to pictures that never lose the picture: recipes, and the images that they give."""
