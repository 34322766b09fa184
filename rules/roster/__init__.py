"""Reads the region's roster: a spreadsheet or text file in, one outcome a row out. Touches no database."""
