"""What the machine around us offers: systemd sockets and notices, certificate files."""
