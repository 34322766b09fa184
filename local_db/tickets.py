"""Ticket numbers: digits only, because an input method eats the letters of a scanner; the last digit is a check."""

from stdnum import damm


def ticket_number(serial: int) -> str:
    """Return the number on the ticket: the day's serial with at least three digits, and a check digit.

    The Damm digit finds every single wrong digit and every swap of neighbours.

    >>> ticket_number(37), ticket_number(1200)
    ('0370', '12001')
    """
    digits = f"{serial:03d}"
    return digits + damm.calc_check_digit(digits)


def is_ticket_number(text: str) -> bool:
    """Tell whether the text can be a ticket number, i.e. whether it was typed or scanned without a slip."""
    return text.isascii() and text.isdigit() and len(text) >= 4 and damm.is_valid(text)
