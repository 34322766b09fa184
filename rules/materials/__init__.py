"""The materials a candidate may be asked for, and which of them this one has to bring."""
