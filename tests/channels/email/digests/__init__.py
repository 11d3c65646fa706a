"""Answers to digests as mail programs send them, through the real way in, and where they arrive."""
