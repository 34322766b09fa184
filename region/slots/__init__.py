"""Appointments at the venues: offered and booked here, or brought in from a city's own booking system."""
