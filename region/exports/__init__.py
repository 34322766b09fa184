"""Workbooks that people take away: written row by row into the answer, marked, and noted in the audit log."""
