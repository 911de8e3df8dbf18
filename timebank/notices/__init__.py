"""What people are told: letters, and how they leave."""
