"""A made-up community to look around in, laid by the same steps that real people take; no real person is in it."""
