#!/bin/bash
# What scripts/try-deb runs inside a booted Debian, as root: each step says what it found.
# Files: /trial/old.deb, /trial/new.deb, /trial/load.py
set -u
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
failed=0
want() { # want TEXT COMMAND...: the command must succeed
  local text=$1; shift
  if "$@" >/trial/out 2>&1; then echo "ok    $text"; else echo "WRONG $text"; tail -n 12 /trial/out; failed=1; fi
}
no() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "have: $1"; echo "want: $2"; false; }; }
state() { systemctl show --property "$2" --value "$1"; }
install_deb() { dpkg --force-confdef --force-confold --install "$1" </dev/null; }
port_is() { bash -c ': < /dev/tcp/127.0.0.1/25'; }
ready() { for _ in $(seq 300); do [ "$(state congthu ActiveState)" = active ] && return; sleep 1; done; systemctl status congthu; false; }

ip link set lo up
cd /

echo "== install $(. /etc/os-release; echo "$PRETTY_NAME"), $(python3 --version), systemd $(systemctl --version | sed -n '1s/[^(]*(\(.*\))/\1/p')"
want "installs" install_deb /trial/old.deb
cp /trial/out /trial/said
[ $failed = 0 ] || { echo "TRIAL FAILED"; exit 1; }
want "says how to begin" grep -q "congthu init" /trial/said
want "nothing runs before it is configured" is "$(state congthu ActiveState) $(state congthu.socket ActiveState)" "inactive inactive"
want "starting it unconfigured is no failure" systemctl start congthu.socket congthu.service
want "and starts nothing" is "$(state congthu ActiveState) $(state congthu.socket ActiveState)" "inactive inactive"
want "nobody listens on port 25" no port_is
want "units are enabled" systemctl is-enabled congthu.service congthu.socket
want "account cannot log in" is "$(getent passwd congthu | cut -d: -f7)" /usr/sbin/nologin
want "/etc/congthu is closed" is "$(stat -c '%U:%G %a' /etc/congthu)" "root:congthu 750"
want "program runs" congthu --version
want "shipped packs pass their cases" congthu policy test
want "bash completes" bash -c 'source /usr/share/bash-completion/completions/congthu; COMP_WORDS=(congthu che); COMP_CWORD=1; _congthu_completion congthu; [ "${COMPREPLY[*]}" = check ]'
want "manual pages are there" test -s /usr/share/man/man8/congthu.8.gz -a -s /usr/share/man/man5/congthu.toml.5.gz -a -s /usr/share/man/man7/congthu-policy.7.gz

echo "== configure, start, send"
want "init" congthu init --domain so-a.example --next-hop 127.0.0.1:10026 --territory binh-duong
sed -i 's,^hosts = .*,&\ntls = "none",' /etc/congthu/congthu.toml
printf '\n[metrics]\nlisten = "127.0.0.1:9725"\n' >> /etc/congthu/congthu.toml
want "check" congthu check --offline
python=$(ls -d /usr/lib/congthu/3.1[13] | while read -r home; do "$home/bin/python3" -c '' 2>/dev/null && echo "$home/bin/python3"; done)
systemd-run --quiet --unit trial-sink --property=DynamicUser=yes "$python" -m aiosmtpd -n -l 127.0.0.1:10026 -c aiosmtpd.handlers.Sink
want "starts" systemctl start congthu.socket congthu.service
want "is ready" ready
main=$(state congthu MainPID)
want "under a system call filter, without new privileges" grep -qz 'NoNewPrivs:.1.*Seccomp:.2' "/proc/$main/status"
echo "      sees: $(ls "/proc/$main/root/" | tr '\n' ' '), account $(stat -c %U "/proc/$main")"
(sleep 4; touch /trial/stop) & python3 /trial/load.py 25 /trial/stop >/trial/load.out
echo "      $(cat /trial/load.out)"
want "every mail was answered 250" grep -q '"answers": {"250": [0-9]*}' /trial/load.out
want "documents are read under the filters" python3 /trial/load.py 25 /usr/lib/congthu/common/gateway/shipped/policies
echo "      $(cat /trial/out)"
want "reloads" bash -c 'systemctl reload congthu; for _ in $(seq 60); do journalctl -u congthu -o cat | grep -q "\"reloaded\"\|event=reloaded\|reloaded" && exit; sleep 1; done; exit 1'
want "workers are shut in" bash -c 'journalctl -u congthu -o cat | grep -m1 landlock'

echo "== upgrade under load, configuration changed"
echo "# ours" >> /etc/congthu/congthu.toml; echo "ours" >> /etc/congthu/README
sums=$(sha256sum /etc/congthu/congthu.toml /etc/congthu/README)
rm -f /trial/stop; python3 /trial/load.py 25 /trial/stop > /trial/load.out 2>&1 & load=$!
sleep 3
want "upgrades" install_deb /trial/new.deb
want "is ready" ready
sleep 5; touch /trial/stop; wait $load
echo "      $(cat /trial/load.out)"
# 421 is the word of a server that ends (RFC 5321 section 3.8): the client knows its mail was not taken
want "no connection refused or cut; at most told to come again (421)" \
  grep -Eq '"answers": \{"250": [0-9]+(, "421": [0-9]+)?\}' /trial/load.out
want "another process serves" no is "$(state congthu MainPID)" "$main"
want "changed configuration is kept" is "$(sha256sum /etc/congthu/congthu.toml /etc/congthu/README)" "$sums"
want "new version" is "$(dpkg-query -W -f '${Version}' congthu)" "$(dpkg-deb -f /trial/new.deb Version)"

echo "== an upgrade whose version does not take the configuration"
main=$(state congthu MainPID)
echo "unbekannt = 1" >> /etc/congthu/congthu.toml
want "installs" install_deb /trial/new.deb
cp /trial/out /trial/said
want "says so" grep -q "does not take its configuration" /trial/said
want "the version before goes on" is "$(state congthu MainPID) $(state congthu ActiveState)" "$main active"
sed -i '/unbekannt/d' /etc/congthu/congthu.toml

echo "== remove, install again, purge"
want "removes" apt-get remove -y congthu
want "nobody listens" no port_is
want "program is gone" test ! -e /usr/lib/congthu -a ! -e /usr/bin/congthu
want "configuration is kept" is "$(sha256sum /etc/congthu/congthu.toml)" "$(echo "$sums" | head -n 1)"
want "installs again" install_deb /trial/new.deb
want "and serves at once" ready
want "purges" apt-get purge -y congthu
systemctl stop trial-sink
left=$(find / -xdev -not -path '/trial*' -not -path '/proc/*' -not -path '/var/log/*' -not -path '/run/*' -iname '*congthu*' | sort | tr '\n' ' ')
want "leaves nothing" is "$left" ""
echo "left: ${left:-nothing}, account $(getent passwd congthu | cut -d: -f1)"
[ $failed = 0 ] && echo "TRIAL PASSED" || echo "TRIAL FAILED"
