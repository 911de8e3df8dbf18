"""Everything that knows Flask: the door, the forms, the pages."""
