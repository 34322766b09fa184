"""The screens of administrators: the region, its venues with keys and stations, the staff's accounts and roles."""
