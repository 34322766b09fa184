"""When what is open: one table of windows that locks, review, corrections, appointments and payment all read."""
