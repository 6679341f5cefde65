"""What commands print of the inventory; imported when one of them runs."""
