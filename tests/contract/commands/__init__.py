"""Every command at every door."""
