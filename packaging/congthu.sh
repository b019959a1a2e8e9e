#!/bin/sh
# The newest Python of Debian that this package carries libraries for; folders the caller stands in hold no module of ours.
export PYTHONSAFEPATH=1
for version in 3.13 3.11; do
  [ -x "/usr/bin/python$version" ] && exec "/usr/lib/congthu/$version/bin/python3" /usr/lib/congthu/bin/congthu "$@"
done
echo "congthu: neither python3.13 nor python3.11 is installed" >&2
exit 69
