"""The gateway: SMS, e-mail and a shared terminal as full members of the conversation."""
