"""What the fault tests share: one run with its processes, our server, PostgreSQL, a TCP proxy, a load."""
