abi <abi/3.0>,
include <tunables/global>

# What the daemon of congthu.service may touch; the unit names this profile. Made from what it opens and calls under load
# (scripts/unit-filters). `complain` until it has been watched on a host of yours: journalctl -k --grep 'apparmor.*congthu';
# then: aa-enforce /etc/apparmor.d/congthu
profile congthu flags=(complain,attach_disconnected) {
  include <abstractions/base>
  include <abstractions/nameservice>
  include <abstractions/openssl>
  include <abstractions/ssl_certs>

  network inet stream,
  network inet6 stream,
  network inet dgram,
  network inet6 dgram,
  unix (create, send, receive, getattr, getopt, setopt) type=stream,
  unix (create, send, receive, getattr, getopt, setopt) type=dgram,
  signal (send, receive) peer=congthu,
  ptrace (read) peer=congthu,

  # the program: a launcher, Python, its libraries
  /usr/bin/congthu rix,
  /usr/bin/{env,dash,python3*} mrix,
  # ExecReload= of the unit
  /usr/bin/kill mrix,
  /usr/lib/congthu/** mr,
  /usr/lib/congthu/*/bin/python3 mrix,
  /opt/congthu/** mr,
  /opt/congthu/bin/{congthu,python3*} mrix,
  /usr/{,local/}lib/python3*/** mr,
  /usr/share/zoneinfo/** r,
  /usr/share/tesseract-ocr/** r,
  /etc/mime.types r,
  /etc/python3*/** r,

  # what it is told, the lists it fetches, the ledger
  /etc/congthu/ r,
  /etc/congthu/** r,
  /etc/ssl/private/** r,
  /run/credentials/congthu*/** r,
  owner /var/cache/congthu/ rw,
  owner /var/cache/congthu/** rwk,
  owner /var/lib/congthu/ rw,
  owner /var/lib/congthu/** rwkl,
  owner /run/congthu*/ r,
  owner /run/congthu*/*.ahead-* rw,

  # messages are memory files; a library that wants scratch space has a private /tmp
  owner /tmp/** rwk,
  owner /dev/shm/** rwk,
  # not `owner`: what lets nobody look into its memory belongs to root in there
  @{PROC}/@{pid}/{statm,stat,status,maps,mountinfo,cgroup,fd/,fd/*} r,
  @{PROC}/sys/{kernel,net,vm,fs}/** r,
  @{PROC}/{cpuinfo,meminfo,stat} r,
  /sys/devices/system/cpu/** r,
  /sys/fs/cgroup/** r,
  /run/systemd/notify w,
  /run/systemd/journal/{socket,stdout,dev-log} rw,

  include if exists <local/congthu>
}
