"""Payment: opened for many at a set time, paid elsewhere, heard of by a signed call."""
