"""The evening: every case settled, every record accounted for, the day confirmed, reported, closed and cleared."""
