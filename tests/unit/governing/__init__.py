"""Units of how communities are run."""
