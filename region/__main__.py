"""`python -m region`."""

from region.cli import main

main(prog_name="python -m region")
