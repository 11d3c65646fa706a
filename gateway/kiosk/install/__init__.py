"""Making a machine into a kiosk: what is written where, and how it is undone."""
