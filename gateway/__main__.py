"""`python -m gateway` is `congthu`."""

from gateway.commands.cli import main

main()
