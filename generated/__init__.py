"""Images that an AI made, in private libraries."""
