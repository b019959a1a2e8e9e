"""What /usr/bin/congthu runs: a name of its own, so that help and completion say `congthu`."""

from gateway.commands.cli import main

main()
