"""What the national system says afterwards: who was admitted, and who passed the exam."""
