"""The worker: takes steps, visits addresses, and settles what came of them."""
