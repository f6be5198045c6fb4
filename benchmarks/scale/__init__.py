"""What a whole Home Assistant takes and how prompt it stays: real process, real sockets, virtual proxies."""
