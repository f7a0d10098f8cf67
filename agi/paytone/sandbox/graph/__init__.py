"""GraphQL on the same port."""
