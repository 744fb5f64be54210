"""What the specifications require, as data: requirements, requests that prove them, and the table of both."""
