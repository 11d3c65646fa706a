"""E-mail: LMTP and SMTP in, SMTP out."""
