"""The small program on a desk's own PC that lends its devices to the venue, and the line to it."""
