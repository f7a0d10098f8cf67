"""Rules: money, cards, bills, payments and plans as values; no I/O, no clock."""
