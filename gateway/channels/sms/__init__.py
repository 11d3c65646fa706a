"""SMS: what it is whichever carrier takes it, and the carriers."""
