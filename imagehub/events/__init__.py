"""The news: facts written where they happen, told in order to whom they concern."""
