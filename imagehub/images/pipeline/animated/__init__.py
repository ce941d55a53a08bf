"""Pictures that move: all frames kept as they were compressed, and all of them made smaller."""
