"""Attempts: what code that took a worker over would try, each as a call by name, and what became of it."""

import ctypes
import fcntl
import json
import mmap
import os
import resource
import signal
import threading
import time
from pathlib import Path

from gateway.edge.readers import calls
from tests.support import reader_work

MACHINE, MACHINES = os.uname().machine, tuple(calls.AUDIT_ARCH)
_NURSERY: list[int] = []
"""Its pid, which a worker can no longer ask for."""
_LIBC = ctypes.CDLL(None, use_errno=True)
_ME = str(Path(__file__))

_OF_PROBES = {335, 336} if MACHINE == "x86_64" else set()
"""uretprobe and uprobe: the kernel lets them pass every filter, and ends a process that calls them by itself."""


def _parent() -> int:
    return _NURSERY[0]


CALLS = {
    # name: number on x86_64, on aarch64; arguments. The parent is the nursery: one user with the daemon.
    "prlimit64 of another": (302, 261, lambda: (_parent(), 0, b"\0" * 16, None)),
    "prlimit64 of itself": (302, 261, lambda: (0, 0, b"\xff" * 16, None)),
    "setrlimit": (160, 164, lambda: (0, b"\xff" * 16)),
    "setpriority": (141, 140, lambda: (0, _parent(), 19)),
    "ioprio_set": (251, 30, lambda: (1, _parent(), 3 << 13)),
    "sched_setaffinity": (203, 122, lambda: (_parent(), 8, b"\1" + bytes(7))),
    "sched_setscheduler": (144, 119, lambda: (_parent(), 3, bytes(4))),
    "sched_setparam": (142, 118, lambda: (_parent(), bytes(4))),
    "sched_setattr": (314, 274, lambda: (_parent(), b"\x30" + bytes(47), 0)),
    "setxattr": (188, 5, lambda: (_ME.encode(), b"user.kept", b"secret", 6, 0)),
    "lsetxattr": (189, 6, lambda: (_ME.encode(), b"user.kept", b"secret", 6, 0)),
    "fsetxattr": (190, 7, lambda: (2, b"user.kept", b"secret", 6, 0)),
    "setxattrat": (463, 463, lambda: (-100, _ME.encode(), 0, b"user.kept", bytes(16), 16)),
    "getxattr": (191, 8, lambda: (_ME.encode(), b"user.kept", None, 0)),
    "listxattr": (194, 11, lambda: (_ME.encode(), None, 0)),
    "removexattr": (197, 14, lambda: (_ME.encode(), b"user.kept")),
    "fchmod": (91, 52, lambda: (2, 0o600)),
    "fchmodat": (268, 53, lambda: (-100, _ME.encode(), 0o600)),
    "fchmodat2": (452, 452, lambda: (-100, _ME.encode(), 0o600, 0)),
    "fchown": (93, 55, lambda: (2, -1, -1)),
    "fchownat": (260, 54, lambda: (-100, _ME.encode(), -1, -1, 0)),
    "utimensat": (280, 88, lambda: (-100, _ME.encode(), None, 0)),
    "shmget": (29, 194, lambda: (0x5EC2E7, 4096, 0o1600)),
    "shmat": (30, 196, lambda: (0, None, 0)),
    "shmctl": (31, 195, lambda: (0, 0, None)),
    "msgget": (68, 186, lambda: (0x5EC2E7, 0o1600)),
    "msgsnd": (69, 189, lambda: (0, b"\1" + bytes(15), 1, 0o4000)),
    "semget": (64, 190, lambda: (0x5EC2E7, 1, 0o1600)),
    "semop": (65, 193, lambda: (0, bytes(6), 1)),
    "mq_open": (240, 180, lambda: (b"kept", 0o102, 0o600, None)),
    "mq_unlink": (241, 181, lambda: (b"kept",)),
    "keyctl": (250, 219, lambda: (0, -4, 1)),
    "add_key": (248, 217, lambda: (b"user", b"kept", b"secret", 6, -4)),
    "request_key": (249, 218, lambda: (b"user", b"kept", None, -4)),
    "memfd_create": (319, 279, lambda: (b"kept", 0)),
    "memfd_secret": (447, 447, lambda: (0,)),
    "inotify_init1": (294, 26, lambda: (0,)),
    "inotify_add_watch": (254, 27, lambda: (2, b"/", 2)),
    "fanotify_init": (300, 262, lambda: (0, 0)),
    "chroot": (161, 51, lambda: (b"/",)),
    "chdir": (80, 49, lambda: (b"/tmp",)),
    "mknodat": (259, 33, lambda: (-100, b"/tmp/congthu-node", 0o010600, 0)),
    "mkdirat": (258, 34, lambda: (-100, b"/tmp/congthu-folder", 0o700)),
    "linkat": (265, 37, lambda: (-100, _ME.encode(), -100, b"/tmp/congthu-link", 0)),
    "symlinkat": (266, 36, lambda: (b"/etc/passwd", -100, b"/tmp/congthu-link")),
    "unlinkat": (263, 35, lambda: (-100, b"/tmp/congthu-none", 0)),
    "renameat2": (316, 276, lambda: (-100, _ME.encode(), -100, b"/tmp/congthu-moved", 0)),
    "truncate": (76, 45, lambda: (b"/tmp/congthu-none", 0)),
    "ftruncate": (77, 46, lambda: (2, 0)),
    "flock": (73, 32, lambda: (2, 2)),
    "sync": (162, 81, lambda: ()),
    "syncfs": (306, 267, lambda: (2,)),
    "personality": (135, 92, lambda: (0x0400000,)),
    "quotactl": (179, 60, lambda: (0x80000100, None, 0, None)),
    "reboot": (169, 142, lambda: (0, 0, 0)),
    "init_module": (175, 105, lambda: (None, 0, b"")),
    "finit_module": (313, 273, lambda: (2, b"", 0)),
    "delete_module": (176, 106, lambda: (b"none", 0)),
    "mount": (165, 40, lambda: (b"none", b"/mnt", b"tmpfs", 0, None)),
    "umount2": (166, 39, lambda: (b"/none", 0)),
    "pivot_root": (155, 41, lambda: (b"/none", b"/none")),
    "swapon": (167, 224, lambda: (b"/none", 0)),
    "acct": (163, 89, lambda: (b"/none",)),
    "sethostname": (170, 161, lambda: (b"kept", 4)),
    "settimeofday": (164, 170, lambda: (None, bytes(8))),
    "clock_adjtime": (305, 266, lambda: (0, bytes(208))),
    "ptrace": (101, 117, lambda: (16, _parent(), None, None)),
    "process_vm_readv": (310, 270, lambda: (_parent(), None, 0, None, 0, 0)),
    "process_vm_writev": (311, 271, lambda: (_parent(), None, 0, None, 0, 0)),
    "process_madvise": (440, 440, lambda: (2, None, 0, 4, 0)),
    "process_mrelease": (448, 448, lambda: (2, 0)),
    "pidfd_open": (434, 434, lambda: (_parent(), 0)),
    "pidfd_getfd": (438, 438, lambda: (2, 0, 0)),
    "pidfd_send_signal": (424, 424, lambda: (2, 0, None, 0)),
    "kcmp": (312, 272, lambda: (_parent(), _parent(), 0, 0, 0)),
    "kill": (62, 129, lambda: (_parent(), 0)),
    "tgkill": (234, 131, lambda: (os.getpid(), os.getpid(), 0)),
    "rt_sigqueueinfo": (129, 138, lambda: (_parent(), 0, bytes(128))),
    "rt_tgsigqueueinfo": (297, 240, lambda: (_parent(), _parent(), 0, bytes(128))),
    "migrate_pages": (256, 238, lambda: (_parent(), 0, None, None)),
    "move_pages": (279, 239, lambda: (_parent(), 0, None, None, None, 0)),
    "prctl, to outlive its parent": (157, 167, lambda: (1, 0, 0, 0, 0)),
    "prctl, to be debugged": (157, 167, lambda: (4, 1, 0, 0, 0)),
    "setsid": (112, 157, lambda: ()),
    "setpgid": (109, 154, lambda: (0, 0)),
    "setresuid": (117, 147, lambda: (-1, -1, -1)),
    "setgroups": (116, 159, lambda: (0, None)),
    "capset": (126, 91, lambda: (bytes(8), bytes(24))),
    "unshare": (272, 97, lambda: (0x10000000,)),
    "setns": (308, 268, lambda: (2, 0)),
    "clone, a process": (56, 220, lambda: (17, None, None, None, 0)),
    "clone3": (435, 435, lambda: (bytes(88), 88)),
    "execve": (59, 221, lambda: (b"/bin/true", None, None)),
    "execveat": (322, 281, lambda: (-100, b"/bin/true", None, None, 0)),
    "seccomp": (317, 277, lambda: (1, 0, None)),
    "bpf": (321, 280, lambda: (0, bytes(72), 72)),
    "perf_event_open": (298, 241, lambda: (bytes(128), 0, -1, -1, 0)),
    "userfaultfd": (323, 282, lambda: (1,)),
    "io_uring_setup": (425, 425, lambda: (1, bytes(120))),
    "io_setup": (206, 0, lambda: (1, bytes(8))),
    "open_by_handle_at": (304, 265, lambda: (2, bytes(8), 0)),
    "open_tree": (428, 428, lambda: (-100, b"/", 0)),
    "fsopen": (430, 430, lambda: (b"tmpfs", 0)),
    "openat2": (437, 437, lambda: (-100, b"/etc/passwd", bytes(24), 24)),
    "socket": (41, 198, lambda: (1, 1, 0)),
    "socketpair": (53, 199, lambda: (1, 1, 0, bytes(8))),
    "bind": (49, 200, lambda: (2, bytes(16), 16)),
    "listen": (50, 201, lambda: (2, 1)),
    "accept4": (288, 242, lambda: (2, None, None, 0)),
    "connect": (42, 203, lambda: (2, bytes(16), 16)),
    "sendmmsg": (307, 269, lambda: (2, None, 0, 0)),
    "pipe2": (293, 59, lambda: (bytes(8), 0)),
    "dup3": (292, 24, lambda: (2, 3, 0)),
    "splice": (275, 76, lambda: (2, None, 2, None, 1, 0)),
    "sendfile": (40, 71, lambda: (2, 2, None, 1)),
    "timer_create": (222, 107, lambda: (0, None, bytes(4))),
    "setitimer": (38, 103, lambda: (0, bytes(32), None)),
    "mlock": (149, 228, lambda: (None, 0)),
    "mlockall": (151, 230, lambda: (2,)),
    "syslog": (103, 116, lambda: (10, None, 0)),
    "lookup_dcookie": (212, 18, lambda: (0, None, 0)),
    "iopl": (172, -1, lambda: (0,)),
    "modify_ldt": (154, -1, lambda: (0, None, 0)),
    "arch_prctl": (158, -1, lambda: (0x1003, None)),
    "kexec_load": (246, 104, lambda: (0, 0, None, 0)),
}  # fmt: skip
"""Refused whatever their arguments, by the number of the kernel: no C library stands between."""


def _map_to_run() -> None:
    mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_WRITE | mmap.PROT_EXEC)


def _make_runnable() -> None:
    memory = mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, mmap.PROT_WRITE)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    if _LIBC.mprotect(ctypes.c_void_p(address), mmap.PAGESIZE, mmap.PROT_EXEC) != 0:
        raise OSError(ctypes.get_errno(), "mprotect")


ACTS = {
    "raise its own limit": lambda: resource.setrlimit(resource.RLIMIT_CPU, (7200, 7200)),
    "kill the daemon by a limit": lambda: resource.prlimit(_parent(), resource.RLIMIT_CPU, (0, 0)),
    "read a limit of another": lambda: resource.prlimit(_parent(), resource.RLIMIT_CPU),
    "signals of others by fcntl": lambda: fcntl.fcntl(2, fcntl.F_SETOWN, _parent()),
    "choose that signal": lambda: fcntl.fcntl(2, fcntl.F_SETSIG, signal.SIGKILL),
    "signals of others by ioctl": lambda: fcntl.ioctl(2, 0x8901, _parent().to_bytes(4, "little")),
    "watch a folder": lambda: fcntl.fcntl(2, fcntl.F_NOTIFY, 1),
    "lock a file": lambda: fcntl.lockf(2, fcntl.LOCK_EX | fcntl.LOCK_NB),
    "push input into a terminal": lambda: fcntl.ioctl(2, 0x5412, b"x"),
    "memory to write and run": _map_to_run,
    "memory made to run": _make_runnable,
    "leave octets in an attribute": lambda: os.setxattr(_ME, "user.kept", b"secret"),
    "leave octets in a time": lambda: os.utime(_ME, (1, 1)),
    "leave octets in rights": lambda: Path(_ME).chmod(0o600),
    "leave octets in shared memory": lambda: Path("/dev/shm/congthu-kept").write_bytes(b"secret"),
    "read what others left there": lambda: list(Path("/dev/shm").iterdir()),
    "read the daemon's memory": lambda: Path(f"/proc/{_parent()}/mem").read_bytes(),
    "read its own descriptors": lambda: list(Path("/proc/self/fd").iterdir()),
    "read a key": lambda: Path("/etc/passwd").read_bytes(),
    "run slower than others": lambda: os.nice(19),
    "start a thread": lambda: threading.Thread(target=int).start(),
}  # fmt: skip
"""The same by the ways a program takes."""


def _outcome(act) -> str:
    try:
        act()
    except OSError as error:
        return os.strerror(error.errno)
    except (RuntimeError, ValueError) as error:
        return str(error)
    return "done"


def _raw(number: int, arguments=()) -> str:
    ctypes.set_errno(0)
    given = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    answer = _LIBC.syscall(ctypes.c_long(number), *given)
    return "done" if answer >= 0 else os.strerror(ctypes.get_errno())


def numbers_of(machine: str) -> dict[str, int]:
    """The calls a machine has, by name."""
    column = list(calls.AUDIT_ARCH).index(machine)
    return {name: row[column] for name, row in CALLS.items() if row[column] >= 0}


def load(_payload: bytes):
    """Answer what became of every attempt, as JSON; or burn CPU time in a way the message names."""
    _NURSERY[:] = [os.getpid()]

    def work(request: bytes, _octets: bytes) -> bytes:
        if request == b"answer":
            reader_work.speak(b"+\0\0\0\2ok")
        if request in {b"answer", b"burn"}:
            signal.signal(signal.SIGXCPU, signal.SIG_IGN)
            while True:
                time.process_time()
        told = {name: _raw(number, CALLS[name][2]()) for name, number in numbers_of(MACHINE).items()}
        told |= {name: _outcome(act) for name, act in ACTS.items()}
        listed = set(calls.listed(MACHINE).values())
        unlisted = [number for number in range(calls.NEWEST + 1) if number not in listed | _OF_PROBES]
        told["unlisted"] = sorted({_raw(number) for number in unlisted})
        told["younger"] = _raw(calls.NEWEST + 1)
        return json.dumps(told).encode()

    return work
