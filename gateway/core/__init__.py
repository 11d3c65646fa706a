"""The domain: members, groups, posts, and what is owed to whom. It speaks no wire."""
