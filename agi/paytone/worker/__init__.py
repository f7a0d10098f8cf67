"""``paytone work``: the back office's jobs in the background, and the gateway's webhooks."""
