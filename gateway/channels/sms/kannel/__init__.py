"""SMS through a Kannel of one's own: its HTTP interface out, its calls to us in."""
