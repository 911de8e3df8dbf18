"""Other systems' files: recognised, tried dry, then taken in whole or not at all."""
