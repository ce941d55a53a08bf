"""Links to pictures for people without an account; features say what a link leads to."""
