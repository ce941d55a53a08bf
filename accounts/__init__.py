"""Who people are to us, and how they prove it."""
