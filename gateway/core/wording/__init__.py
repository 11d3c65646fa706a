"""Results in words of a member's language."""
