"""Readers that libfprint 2 knows (Linux): U.are.U 4000/4500 and the built-in ones that give pictures.

libfprint speaks GObject, whose Python binding belongs to the system's own Python and wants a main loop for itself. So
it runs in a process of its own (program.py), watched from here: one that hangs is killed and started again.
"""
