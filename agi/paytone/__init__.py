"""Paytone: pay a bill by phone, on your own Asterisk."""
