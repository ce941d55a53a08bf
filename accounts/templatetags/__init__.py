"""What templates of accounts can say."""
