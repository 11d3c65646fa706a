"""What the core must know of the installation it runs in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class House:
    """`secret` signs and hashes; the rest are what a member has who chose nothing else."""

    secret: bytes
    language: str = "fr"
    country: str = "FR"
    timezone: str = "Europe/Paris"
    organisation: str = ""
    sms_number: str = ""
