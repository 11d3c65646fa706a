"""Scripts that imitate mail clients: what each sends as a reply, in the languages it speaks.

Written from knowledge of the clients and of the RFCs, not from any parser's test cases: they ask
whether a rule holds for a client in general. `samples` makes the messages.
"""
