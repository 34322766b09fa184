"""The reviewers' desks: worklists of both levels, and the screen on which one registration is reviewed."""
