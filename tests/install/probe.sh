#!/bin/bash
# Runs before a sync, under the unit of congthu-records (tests/install/steps.sh): what it may do, and what it may not.
# Each surprise is a line; exit 1 with one.
wrong=0
may() { "$@" >/dev/null 2>&1 || { echo "may not: $*"; wrong=1; }; }
never() { if "$@" >/dev/null 2>&1; then echo "may: $*"; wrong=1; fi; }

echo "account $(id -un), sees / as: $(ls -x -w 0 /), of /var: $(find /var -maxdepth 3 -type d | tr '\n' ' ')"
[ "$(id -un)" = congthu-records ] || wrong=1
may cat /etc/congthu/records.toml /etc/congthu/registry.toml
may bash -c 'cat /var/lib/congthu/ledger/*.sqlite'
may bash -c 'touch /var/lib/congthu-records/probe && rm /var/lib/congthu-records/probe'
for folder in / /etc /etc/congthu /run /usr /usr/local/lib /var /var/lib /var/lib/congthu /var/lib/congthu/ledger /var/cache; do
  never touch "$folder/probe"
done
never cat /etc/shadow
never cat /etc/ssl/private/trial.key
never cat /proc/1/environ
for folder in /home /root /trial /srv /var/log /var/spool /var/mail /var/cache/congthu /run/congthu; do
  never ls "$folder"
done
never bash -c ': < /dev/tcp/127.0.0.1/25'
never bash -c ': < /dev/tcp/127.0.0.1/10026'
exit $wrong
