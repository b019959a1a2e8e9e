#!/bin/bash
# What scripts/try-vm runs as root in a Debian that booted its own kernel: the package under its AppArmor profile, enforced.
# Files beside it: congthu.deb, want.sh, load.py, demo/ (of congthu demo), cases/ (mails). Processors are emulated, so patience is long.
set -u
export DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
out=/trial/out
. /trial/want.sh
state() { systemctl show --property "$2" --value "$1"; }
ready() { for _ in $(seq 900); do [ "$(state congthu ActiveState)" = active ] && return; sleep 1; done; systemctl status congthu; false; }
cd /trial || exit 1
kernel() { dmesg | grep 'apparmor="DENIED"' | grep 'profile="congthu"'; }
# as root, so that the profile alone says no; by a pipe, for a worker may write no file
confined() { (cd /usr && aa-exec -p congthu -- "$python" -c "$1") 2>&1 | grep .; return "${PIPESTATUS[0]}"; }
refused() { want "$1" no confined "$2"; want "  and the kernel tells of it" grep -q "$3" <(kernel); }
worker() { confined "from gateway.edge.readers.sandbox import Limits, enter; print(enter(Limits()), flush=True); $1"; }
reloaded() { for _ in $(seq 240); do journalctl -u congthu -o cat | grep -q '"reloaded".*"generation":2' && return; sleep 1; done; false; }
told() { systemd-run --quiet --pipe --wait --property=LoadCredential=chain:/trial/chain.pem --property=LoadCredential=key:/trial/key.pem "$@"; }

echo 0 > /proc/sys/kernel/printk_ratelimit
ip link set lo up
echo "== $(. /etc/os-release; echo "$PRETTY_NAME"), Linux $(uname -r), $(cat /sys/kernel/security/lsm)"
want "AppArmor and Landlock are on, as Debian boots" grep -q 'landlock.*apparmor' /sys/kernel/security/lsm
want "installs" dpkg --install congthu.deb
want "the profile is loaded, and only tells" grep -qx 'congthu (complain)' /sys/kernel/security/apparmor/profiles
want "it is enforced when told so" aa-enforce /etc/apparmor.d/congthu
want "and the kernel says so" grep -qx 'congthu (enforce)' /sys/kernel/security/apparmor/profiles

echo "== configure: TLS by credential, trust, fetched lists, ledger, senders checked"
want "init" congthu init --domain so-a.example --next-hop 127.0.0.1:10026 --territory binh-duong
cp -rT demo/trust /etc/congthu/trust; chmod -R a+rX /etc/congthu/trust
openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=congthu.so-a.example -days 30 -keyout key.pem -out chain.pem 2>/dev/null
sed -i 's,^hosts = .*,&\ntls = "none",' /etc/congthu/congthu.toml
cat >> /etc/congthu/congthu.toml <<'TOML'
[listen]
certificate_file = "credential:chain"
key_file = "credential:key"
[metrics]
listen = "127.0.0.1:9725"
[ledger]
folder = "/var/lib/congthu/ledger"
[trust]
folder = "trust"
[trust.fetch]
folder = "/var/cache/congthu"
addresses = ["http://127.0.0.1:8080/official-root.crl"]
hosts = ["127.0.0.1"]
[identity]
mode = "check"
[inspection.readers]
deadline_s = 540.0
[inspection.readers.limits]
cpu_seconds = 300
TOML
mkdir -p /etc/systemd/system/congthu.service.d
cat > /etc/systemd/system/congthu.service.d/trial.conf <<'UNIT'
[Service]
LoadCredential=chain:/trial/chain.pem
LoadCredential=key:/trial/key.pem
TimeoutStartSec=900
WatchdogSec=600
UNIT
systemctl daemon-reload
python=$(ls -d /usr/lib/congthu/3.1[13] | while read -r home; do "$home/bin/python3" -c '' 2>/dev/null && echo "$home/bin/python3"; done)
systemd-run --quiet --unit trial-sink --property=DynamicUser=yes "$python" -m aiosmtpd -n -l 127.0.0.1:10026 -c aiosmtpd.handlers.Sink
systemd-run --quiet --unit trial-lists "$python" -m http.server --directory /trial/demo/trust/crls --bind 127.0.0.1 8080

echo "== honest work"
starts() { systemctl start congthu.socket congthu.service || { journalctl -u congthu -o short-monotonic --no-pager; kernel; false; }; }
want "starts" starts
[ $failed = 0 ] || { verdict; exit; }
want "is ready" ready
main=$(state congthu MainPID)
want "the daemon is confined" is "$(cat "/proc/$main/attr/apparmor/current")" "congthu (enforce)"
for mails in demo cases; do
  want "takes or refuses every mail of $mails" python3 load.py 25 "$mails" ""
  echo "      $(cat out)"
done
family=$(systemctl show --property ControlGroup --value congthu)
want "workers, nursery, all of the service are confined" is "$(sort -u "/sys/fs/cgroup$family/cgroup.procs" |
  while read -r pid; do cat "/proc/$pid/attr/apparmor/current"; done | sort -u)" "congthu (enforce)"
want "workers have a filter of their own" grep -q "$(($(awk '/Seccomp_filters/{print $2}' "/proc/$main/status") + 1))" \
  <(sed -n 's/Seccomp_filters://p' $(sed 's,.*,/proc/&/status,' "/sys/fs/cgroup$family/cgroup.procs"))
want "reloads" systemctl reload congthu
want "and a new generation serves" reloaded
want "restarts" systemctl restart congthu
want "takes mail again" python3 load.py 25 demo ""
want "a list was fetched" grep -q official-root /var/cache/congthu/state.json
want "check passes, not confined" told congthu check
want "doctor finds nothing that fails, without DNS" told congthu doctor
sed 's/^/      /' out
want "nothing of it was denied" is "$(kernel)" ""

echo "== what must be denied"
refused "no other secret of the host" 'open("/etc/shadow")' 'name="/etc/shadow"'
refused "no home" 'import os; os.listdir("/root")' 'name="/root/"'
refused "no change of its configuration" 'open("/etc/congthu/congthu.toml", "a")' 'name="/etc/congthu/congthu.toml"'
refused "no change of the program" 'open("/usr/lib/congthu/x.py", "w")' 'name="/usr/lib/congthu/x.py"'
refused "no other program" 'import os; os.execv("/usr/bin/id", ["id"])' 'name="/usr/bin/id"'
refused "no packets of others" 'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)' 'family="packet"'
refused "no signal to others" 'import os; os.kill(1, 10)' 'operation="signal"'
want "a worker reads the program" worker 'import os; open(os.__file__)'
want "  but, by Landlock, no configuration" no worker 'open("/etc/congthu/congthu.toml")'
cat out
want "  and, by seccomp, makes no socket" no worker 'import socket; socket.socket()'
verdict
