"""The record of hours given, by anyone in any capacity: the one fact that every report reads."""
