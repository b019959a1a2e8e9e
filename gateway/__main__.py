"""`python -m gateway` is `congthu`."""

from gateway.daemon.cli import main

main()
