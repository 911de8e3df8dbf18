"""How fast the book is, beside the least a database needs for the same work and beside two other ledgers."""
