"""What members offer and request, and the kinds of help it is sorted by."""
