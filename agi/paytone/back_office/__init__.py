"""What becomes of payments after the call: found out, settled, given back, compared."""
