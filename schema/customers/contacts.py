"""Contact points: the form in which two of them compare equal, and what those may see who may not see the value."""

import unicodedata

from schema.customers.models import Channel

PHONES = frozenset({Channel.PHONE, Channel.SMS})
HIDDEN = "***"


def normal_value(channel: Channel, value: str) -> str:
    """The digits of a phone number with its leading plus; any other value in NFKC, trimmed, lower case for e-mail."""
    plain = unicodedata.normalize("NFKC", value).strip()
    if channel in PHONES:
        digits = "".join(c for c in plain if c in "0123456789")
        return f"+{digits}" if plain.startswith("+") else digits
    return plain.lower() if channel is Channel.EMAIL else plain


def mask(channel: Channel, value: str) -> str:
    """Enough to recognise a value that one knows already: a***@example.test, the last digits of a phone, else the first character."""
    plain = value.strip()
    if channel in PHONES:
        digits = normal_value(channel, plain).lstrip("+")
        return HIDDEN + digits[-(3 if len(digits) > 7 else 2):] if len(digits) > 3 else HIDDEN
    account, at, domain = plain.rpartition("@")
    if channel is Channel.EMAIL and at:
        return f"{account[:1]}{HIDDEN}@{domain}"
    return plain[:1] + HIDDEN


def mask_text(value: str | None) -> str:
    """The first character of a free text, such as a street."""
    return value.strip()[:1] + HIDDEN if value and value.strip() else ""
