"""SMS: what it is whichever carrier takes it, and the carriers.

A carrier is one folder in here and not beside it: another wire, but the same channel, with the same
addresses, words and segments. Twilio, the first, has its files at this level.
"""
