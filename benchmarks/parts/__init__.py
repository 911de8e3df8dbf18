"""What is measured, a module for each part; each gives its sections and goals and writes no file."""
