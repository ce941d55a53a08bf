"""Manners towards other people's servers: how many at once, how fast, when not at all."""
