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
for folder in / /etc /etc/congthu /usr /usr/local/lib /var /var/lib /var/lib/congthu /var/lib/congthu/ledger /var/cache; do
  never touch "$folder/probe"
done
# memory of the unit's own, which ends with it: the host must not see what is written there
touch /run/probe /tmp/probe
never cat /etc/shadow
never cat /etc/ssl/private/trial.key
never cat /proc/1/environ
# places that systemd made for the gateway's unit may be there, but nothing in them
for folder in /home /root /trial /srv /var/log /var/spool /var/mail /var/cache/congthu /run/congthu; do
  never bash -c "ls -A $folder | grep ."
done
never bash -c ': < /dev/tcp/127.0.0.1/25'
never bash -c ': < /dev/tcp/127.0.0.1/10026'
exit $wrong
