"""What browsers and apps say to the gateway themselves."""
