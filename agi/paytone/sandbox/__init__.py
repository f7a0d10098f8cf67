"""
A local Braintree: what the SDK says over HTTP, answered as the real sandbox answers.

`core` does the work without I/O; `server` puts it on a port, `strategy` inside a process.
"""
