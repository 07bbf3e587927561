"""The admins' area of the page; every act in it is a command."""
