"""What a row of the outbox is about, by its key."""


def answered(key: str) -> int:
    """The row of the inbox that a message with this key answers; 0 where it answers none."""
    kind, _, row = key.partition(":")
    row = row.partition(":")[0]
    return int(row) if kind == "answer" and row.isdigit() else 0
