#!/bin/bash
# What scripts/try-deb runs inside a booted Debian, as root: each step says what it found.
# Files: /trial/old/*.deb, /trial/new/*.deb, /trial/want.sh, /trial/load.py, /trial/probe.sh
set -u
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
out=/trial/out
. /trial/want.sh
state() { systemctl show --property "$2" --value "$1"; }
install_deb() { # what comes from the files alone: the root has no network and no lists
  apt-get install -y --reinstall -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" </dev/null
}
port_is() { bash -c ': < /dev/tcp/127.0.0.1/25'; }
begin_load() { rm -f /trial/stop; python3 /trial/load.py 25 /trial/stop >/trial/load.out 2>&1 & load=$!; }
end_load() { touch /trial/stop; wait $load; echo "      $(cat /trial/load.out)"; }
# 421 is the word of a server that ends (RFC 5321 section 3.8): the client knows its mail was not taken
none_refused() { grep -Eq '"answers": \{"250": [0-9]+(, "421": [0-9]+)?\}' /trial/load.out; }
left() { find / -xdev -not -path '/trial*' -not -path '/proc/*' -not -path '/var/log/*' -not -path '/run/*' -iname '*congthu*' | sort | tr '\n' ' '; }
connections() { python3 -c 'import re, sys, urllib.request
text = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/metrics", timeout=30).read().decode()
print(round(sum(map(float, re.findall(r"^congthu_smtp_connections_total\S* (\S+)$", text, re.M)))))' "$1"; }
ready() { for _ in $(seq 300); do [ "$(state congthu ActiveState)" = active ] && return; sleep 1; done; systemctl status congthu; false; }

ip link set lo up
cd /

echo "== install $(. /etc/os-release; echo "$PRETTY_NAME"), $(python3 --version), systemd $(systemctl --version | sed -n '1s/[^(]*(\(.*\))/\1/p')"
want "installs" install_deb /trial/old/*.deb
cp /trial/out /trial/said
[ $failed = 0 ] || { verdict; exit; }
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
begin_load; sleep 4; end_load
want "every mail was answered 250" grep -q '"answers": {"250": [0-9]*}' /trial/load.out
want "documents are read under the filters" python3 /trial/load.py 25 /usr/lib/congthu/common/gateway/shipped/policies
echo "      $(cat /trial/out)"
want "reloads" bash -c 'systemctl reload congthu || exit; for _ in $(seq 60); do journalctl -u congthu -o cat | grep -q "\"reloaded\"\|event=reloaded\|reloaded" && exit; sleep 1; done; exit 1'
want "workers are shut in" bash -c 'journalctl -u congthu -o cat | grep -m1 landlock'

echo "== upgrade under load, configuration changed"
printf '# ours\n[ledger]\nfolder = "/var/lib/congthu/ledger"\n' >> /etc/congthu/congthu.toml; echo "ours" >> /etc/congthu/README
sums=$(sha256sum /etc/congthu/congthu.toml /etc/congthu/README)
systemctl enable --now congthu-records.timer 2>/dev/null
begin_load; sleep 3
want "upgrades" install_deb /trial/new/*.deb
want "is ready" ready
sleep 5; end_load
want "no connection refused or cut; at most told to come again (421)" none_refused
want "another process serves" no is "$(state congthu MainPID)" "$main"
want "changed configuration is kept" is "$(sha256sum /etc/congthu/congthu.toml /etc/congthu/README)" "$sums"
want "new version" is "$(dpkg-query -W -f '${Version}' congthu)" "$(dpkg-deb -f /trial/new/congthu_*.deb Version)"

echo "== records: a package, an account and a timer of their own"
store=/var/lib/congthu-records
want "the package has the units" is "$(dpkg -S /usr/lib/systemd/system/congthu-records.{service,timer} | cut -d: -f1 | sort -u)" congthu-records
want "the timer is enabled and runs" is "$(systemctl is-enabled congthu-records.timer) $(state congthu-records.timer ActiveState)" "enabled active"
want "starting it unconfigured is no failure" systemctl start congthu-records.service
want "and counts nothing" is "$(ls -A $store)" ""
want "account cannot log in" is "$(getent passwd congthu-records | cut -d: -f7)" /usr/sbin/nologin
install -m 640 -g congthu /usr/share/doc/congthu-records/examples/records.toml /etc/congthu/records.toml
mkdir /etc/systemd/system/congthu-records.service.d
install -m 755 /trial/probe.sh /usr/local/lib/trial-probe; touch /etc/ssl/private/trial.key
cat > /etc/systemd/system/congthu-records.service.d/trial.conf <<UNIT
[Service]
ExecStartPre=/usr/local/lib/trial-probe
ExecStart=/usr/bin/congthu records report public --period $(date +%Y-%m) --out $store/reports --config /etc/congthu/records.toml
UNIT
systemctl daemon-reload
want "runs, and may do what the unit names and nothing else" systemctl start congthu-records.service
want "nothing of it is left on the host" is "$(ls /run/probe /tmp/probe /run/congthu-root/run/probe 2>/dev/null)" ""
journalctl -u congthu-records -o cat | grep -v systemd | sed 's/^/      /' | tail -n 12
want "what it counted" bash -c "runuser -u congthu-records -- congthu records status -c /etc/congthu/records.toml | grep -E '[1-9][0-9]* messages'"
echo "      $(grep messages /trial/out)"
want "a report is there" test -s "$(ls $store/reports/*.html | head -n 1)"
want "all of it belongs to its account" is "$(find $store -not -user congthu-records)" ""
want "store and reports are closed, metrics are not" is "$(cd $store; stat -c '%a %n' records.db reports ./*.prom | tr '\n' ' ')" \
  "600 records.db 700 reports 644 ./congthu_records.prom 644 ./congthu_reports.prom "
want "the gateway's account cannot read the store" no runuser -u congthu -- cat $store/records.db
want "and cannot write there" no runuser -u congthu -- touch $store/foreign
rm -r /etc/systemd/system/congthu-records.service.d /usr/local/lib/trial-probe /etc/ssl/private/trial.key; systemctl daemon-reload
want "runs as shipped" systemctl start congthu-records.service

echo "== an upgrade whose version does not take the configuration"
main=$(state congthu MainPID)
echo "unbekannt = 1" >> /etc/congthu/congthu.toml
want "installs" install_deb /trial/new/*.deb
cp /trial/out /trial/said
want "says so" grep -q "does not take its configuration" /trial/said
want "the version before goes on" is "$(state congthu MainPID) $(state congthu ActiveState)" "$main active"
sed -i '/unbekannt/d' /etc/congthu/congthu.toml

echo "== remove, install again"
want "removes" apt-get remove -y congthu
want "nobody listens" no port_is
want "program, units and timer are gone" is "$(ls -d /usr/lib/congthu /usr/bin/congthu /usr/lib/systemd/system/congthu* 2>/dev/null)$(systemctl list-units --no-legend --state=active 'congthu*')" ""
want "configuration is kept" is "$(sha256sum /etc/congthu/congthu.toml)" "$(echo "$sums" | head -n 1)"
want "installs again" install_deb /trial/new/*.deb
want "and serves at once" ready

echo "== two instances share the port (docs/deployment.md)"
for n in 1 2; do sed "s/127.0.0.1:9725/127.0.0.1:972$((4 + n))/" /etc/congthu/congthu.toml > /etc/congthu/$n.toml; done
chgrp congthu /etc/congthu/?.toml; chmod 640 /etc/congthu/?.toml
echo 1 > /proc/sys/net/ipv4/tcp_migrate_req
systemctl disable --now congthu.socket congthu.service 2>/dev/null
want "start" systemctl enable --now congthu@1.socket congthu@2.socket congthu@1.service congthu@2.service
begin_load; sleep 6; end_load
want "every mail was answered 250" grep -q '"answers": {"250": [0-9]*}' /trial/load.out
first=$(connections 9725) second=$(connections 9726)
want "both took mail: $first and $second connections" test "$first" -gt 0 -a "$second" -gt 0
begin_load; sleep 3
want "one is stopped" systemctl stop congthu@1.socket
want "its service too" systemctl stop congthu@1.service
second=$(connections 9726); sleep 4; took=$(($(connections 9726) - second))
want "it stays stopped" is "$(state congthu@1.service ActiveState) $(state congthu@1.socket ActiveState)" "inactive inactive"
want "the other took $took connections meanwhile" test $took -gt 0
want "the first comes back" systemctl start congthu@1.socket congthu@1.service
sleep 3; end_load
want "no connection refused or cut; at most told to come again (421)" none_refused

echo "== purge, with clients at the door"
begin_load; sleep 2
want "purges" apt-get purge -y congthu congthu-records
cp /trial/out /trial/said
want "nobody listens" no port_is
want "nothing runs" is "$(systemctl list-units --no-legend --state=active,activating 'congthu*')" ""
end_load >/dev/null
want "says that records are kept" is "$(grep -o '/var/lib/[a-z-]* is kept' /trial/said | sort | tr '\n' ' ')" "/var/lib/congthu is kept /var/lib/congthu-records is kept "
rm -r /var/lib/congthu /var/lib/congthu-records
want "leaves nothing else" is "$(left)" ""

if dpkg-deb -c /trial/old/congthu_*.deb | grep congthu-records.timer >/dev/null; then
  echo "== from the one package of before, without the other"
  want "installs" install_deb /trial/old/congthu_*.deb
  systemctl enable --now congthu-records.timer 2>/dev/null
  touch /etc/congthu/records.toml
  want "upgrades" install_deb /trial/new/congthu_*.deb
  cp /trial/out /trial/said
  want "says what is missing" grep -q "no more until you install it: congthu-records" /trial/said
  want "leaves no timer behind" is "$(state congthu-records.timer ActiveState)$(find /etc/systemd -name 'congthu-records*')" inactive
  want "folders a configuration may name are there before the first start" \
    is "$(stat -c '%U %a' /var/lib/congthu /var/cache/congthu | tr '\n' ' ')" "congthu 750 congthu 755 "
  want "purges" apt-get purge -y congthu
  want "leaves nothing" is "$(left)" ""
fi
systemctl stop trial-sink
verdict
