"""Timebanks and who belongs to them: people, organisations, memberships and their roles."""
