"""How other people's servers are treated: their wishes, their limits and their troubles."""
