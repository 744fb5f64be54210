"""What strangers may do to the server, and what must stand all the same."""
