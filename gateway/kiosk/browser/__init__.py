"""The kiosk in a browser: the real program for each page, and the door in front of it."""
