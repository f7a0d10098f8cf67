"""The sandbox's own side: views, faults, settings, and a state that outlives the process."""
