"""Holding the inventory against paper: an asset or purchase list, line by line. Pure: no file, no clock."""
