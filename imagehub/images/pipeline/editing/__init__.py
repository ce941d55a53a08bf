"""Changing a picture by a recipe: the grammar, what it costs, the plan, and the engine that follows it."""
