"""The doors: a package for each network, the only importer of its library."""
