"""What pays and is neither a card nor a bank account: PayPal, Apple Pay, Google Pay, Venmo."""
