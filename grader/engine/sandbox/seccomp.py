"""The second line: system calls that no notebook needs fail with EPERM, whatever else gives way.

A deny list in classic BPF, checked for x86-64 and arm64. It closes sockets where there are no network namespaces.
"""

import ctypes
import errno
import platform
import struct

from grader.engine.sandbox.system import check, libc, no_new_privileges

# name: (x86-64, arm64); None where the architecture has no such call
CALLS = {
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438), "kcmp": (312, 272),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "unshare": (272, 97), "setns": (308, 268), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "adjtimex": (159, 171), "sethostname": (170, 161), "setdomainname": (171, 162), "syslog": (103, 116), "quotactl": (179, 60),
    "iopl": (172, None), "ioperm": (173, None), "modify_ldt": (154, None), "lookup_dcookie": (212, 18), "vhangup": (153, 58),
    "fanotify_init": (300, 262),
    # memory that belongs to no process, or outlives it: the conductor counts what processes have
    "memfd_secret": (447, 447), "memfd_create": (319, 279), "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
}
SOCKETS = ("socket", "connect", "bind", "listen", "accept", "accept4")
_ARCHITECTURES = {"x86_64": (0xC000003E, 0, 56, 435), "aarch64": (0xC00000B7, 1, 220, 435)}  # audit number, column, clone, clone3
_NEW_NAMESPACES = 0x7E020080  # CLONE_NEW* flags of clone
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_FORK = {"x86_64": (57, 58), "aarch64": ()}
_THREAD = 0x00010000


def available():
    return platform.machine() in _ARCHITECTURES


def program(*, sockets=False, forks=True, machine=None):
    """The filter as bytes. `sockets`: Unix sockets may be made and answered, never connected; `forks`: processes may be started."""
    machine = machine or platform.machine()
    audit, column, clone, clone3 = _ARCHITECTURES[machine]
    denied = [numbers[column] for name, numbers in CALLS.items() if numbers[column] is not None
              and not (sockets and name in SOCKETS and name != "connect")]
    if not forks:
        denied += _FORK[machine]
    code = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _KILL), (_LOAD, 0, 0, 0)]
    if machine == "x86_64":  # the x32 table of calls
        code += [(_JUMP_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERROR | errno.EPERM)]
    for number in denied:
        code += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | errno.EPERM)]
    code += [(_JUMP_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]  # its flags are out of reach; libc falls back to clone
    if sockets:
        number = CALLS["socket"][column]
        code += [(_JUMP_EQUAL, 0, 4, number), (_LOAD, 0, 0, 16), (_JUMP_EQUAL, 1, 0, 1),
                 (_RETURN, 0, 0, _ERROR | errno.EOPNOTSUPP), (_LOAD, 0, 0, 0)]  # ZeroMQ asks for TCP too, and aborts on EPERM
    tail = [(_LOAD, 0, 0, 16), (_JUMP_SET, 0, 1, _NEW_NAMESPACES), (_RETURN, 0, 0, _ERROR | errno.EPERM)]
    if not forks:
        tail += [(_JUMP_SET, 1, 0, _THREAD), (_RETURN, 0, 0, _ERROR | errno.EAGAIN)]
    code += [(_JUMP_EQUAL, 0, len(tail), clone), *tail, (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("<HBBI", op, yes, no, value) for op, yes, no, value in code)


def install(**kinds):
    """Put the filter on this process, for good."""
    code = ctypes.create_string_buffer(program(**kinds))
    filter_program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", (len(code) - 1) // 8, ctypes.addressof(code)))
    no_new_privileges()
    check(libc().prctl(22, 2, filter_program, 0, 0), "seccomp")
