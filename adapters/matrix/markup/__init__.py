"""Matrix's HTML, written from and read as the HTML of the house."""
