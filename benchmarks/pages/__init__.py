"""How fast the pages are, and how often each asks the database, in a large install on PostgreSQL."""
