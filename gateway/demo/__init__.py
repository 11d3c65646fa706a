"""A made-up company and simulated carriers to play with."""
