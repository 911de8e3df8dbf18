"""The forms, a module an area."""
