"""The book of hours: books, accounts and transfers. It knows nothing of people or of help."""
