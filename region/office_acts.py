"""What is done to venues and accounts, as the audit lines call it, and how to find these lines among the others."""

OFFICE_ACTS = (
    "venue_added",
    "venue_changed",
    "venue_closed",
    "venue_revoked",
    "venue_opened",
    "venue_key_enrolled",
    "venue_key_revoked",
    "venue_key_replaced",
    "venue_key_cut",
    "reviewer_added",
    "role_changed",
    "account_closed",
    "password_reset",
    "password_chosen",
)
IN_OFFICE = f"act IN ({', '.join(map(repr, OFFICE_ACTS))})"
"""SQL; a question that repeats it word for word can be answered from its index."""
