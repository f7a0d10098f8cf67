"""US bank accounts: tokenized, verified, kept."""
