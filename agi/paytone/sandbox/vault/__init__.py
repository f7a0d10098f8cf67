"""The vault: customers, addresses, cards, nonces and verifications, kept and shown."""
