"""The shared terminal: a client of the gateway's HTTP API."""
