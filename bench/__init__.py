"""What polling costs, and beside whom: `python -m bench`; docs/performance.md explains it."""
