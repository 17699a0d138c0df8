"""The second line: a system call that honest notebooks were not seen to need fails, whatever else gives way.

An allow list in classic BPF, for x86-64 and arm64: what Python, NumPy, TensorFlow, matplotlib and IPython use (seen with strace over all
lessons), and what is of the same kind. A call that a new kernel brings is refused until somebody allows it. What is refused
fails with EPERM, so that honest code meets an exception; calls that came after 2019 fail with ENOSYS, for which libraries know another way.
"""

import ctypes
import errno
import functools
import platform
import re
import struct

from grader.engine.sandbox.system import check, libc, no_new_privileges

# name, number for x86-64, number for arm64; "-" where there is no such call
_ALLOWED = """
# files, within what the root folder and Landlock leave
read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, preadv 295 69,
pwritev 296 70, open 2 -, openat 257 56, creat 85 -, close 3 57, close_range 436 436, lseek 8 62,
stat 4 -, fstat 5 80, lstat 6 -, newfstatat 262 79, statx 332 291, access 21 -, faccessat 269 48,
faccessat2 439 439, readlink 89 -, readlinkat 267 78, getdents 78 -, getdents64 217 61, statfs 137
43, fstatfs 138 44, truncate 76 45, ftruncate 77 46, fallocate 285 47, fadvise64 221 223,
readahead 187 213, fsync 74 82, fdatasync 75 83, sync_file_range 277 84, sendfile 40 71,
copy_file_range 326 285, rename 82 -, renameat 264 38, renameat2 316 276, mkdir 83 -, mkdirat
258 34, rmdir 84 -, unlink 87 -, unlinkat 263 35, link 86 -, linkat 265 37, symlink 88 -,
symlinkat 266 36, umask 95 166, getcwd 79 17, chdir 80 49, fchdir 81 50, dup 32 23, dup2 33 -,
dup3 292 24, pipe 22 -, pipe2 293 59, ioctl 16 29, getxattr 191 8, lgetxattr 192 9, fgetxattr 193
10, listxattr 194 11, llistxattr 195 12, flistxattr 196 13
# memory of one's own
brk 12 214, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, msync 26 227, mincore
27 232, membarrier 324 283, get_mempolicy 239 236
# processes and threads
execve 59 221, exit 60 93, exit_group 231 94, wait4 61 260, waitid 247 95, kill 62 129, tkill 200
130, tgkill 234 131, set_tid_address 218 96, set_robust_list 273 99, get_robust_list 274 100, rseq
334 293, futex 202 98, sched_yield 24 124, sched_getaffinity 204 123, sched_setaffinity 203 122,
sched_getparam 143 121, sched_getscheduler 145 120, sched_get_priority_max 146 125,
sched_get_priority_min 147 126, getpriority 140 141, setpriority 141 140, getpid 39 172, getppid
110 173, gettid 186 178, getpgid 121 155, getpgrp 111 -, getsid 124 156, setpgid 109 154, setsid
112 157, getuid 102 174, geteuid 107 175, getgid 104 176, getegid 108 177, getresuid 118 148,
getresgid 120 150, getgroups 115 158, getrlimit 97 163, setrlimit 160 164, prlimit64 302 261,
getrusage 98 165, times 100 153, prctl 157 167, arch_prctl 158 -, pidfd_open 434 434,
pidfd_send_signal 424 424, restart_syscall 219 128
# signals
rt_sigprocmask 14 135, rt_sigpending 127 136, rt_sigsuspend 130 133,
rt_sigtimedwait 128 137, rt_sigreturn 15 139, rt_sigqueueinfo 129 138, sigaltstack 131 132, pause
34 -, alarm 37 -, getitimer 36 102, setitimer 38 103
# time and what the machine is
time 201 -, gettimeofday 96 169, clock_gettime 228 113, clock_getres 229 114, nanosleep 35 101,
clock_nanosleep 230 115, timer_create 222 107, timer_settime 223 110, timer_gettime 224 108,
timer_delete 226 111, timer_getoverrun 225 109, timerfd_create 283 85, timerfd_settime 286 86,
timerfd_gettime 287 87, uname 63 160, sysinfo 99 179, getcpu 309 168, getrandom 318 278
# waiting, but not by epoll: the kernel counts what is watched by user, whose other programs then get no more
poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, eventfd 284 -, eventfd2 290 19
# sockets that are there: the channel to the conductor; sendmsg sends descriptors too, which the kernel counts in the same way
sendto 44 206, recvfrom 45 207, recvmsg 47 212, shutdown 48 210, getsockname 51 204, getpeername
52 205, getsockopt 55 209, setsockopt 54 208
"""
# Locks on Python's own files, which all submissions share, would be a way to tell each other something. A lock on one's own is not needed.
_LOCKING = "flock 73 32"
# What a file is said to be, beside what is in it. Landlock does not restrict these: only where a root folder of one's own does.
_ABOUT_FILES = """
chmod 90 -, fchmod 91 52, fchmodat 268 53, utime 132 -, utimes 235 -, utimensat 280 88, futimesat
261 -
"""
_FORKING = "fork 57 -, vfork 58 -"
# allowed with some arguments only
_CLONE, _MMAP, _FCNTL = "clone 56 220", "mmap 9 222", "fcntl 72 25"
_SIGACTION = "rt_sigaction 13 134"
_SOCKETPAIR = "socketpair 53 199"
_NEW = 424  # from here on both processors have the same numbers, of calls that came after 2019

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # audit number, column
_NEW_NAMESPACES, _THREAD = 0x7E020080, 0x00010000  # flags of clone
_SHARED, _ANONYMOUS, _HUGE = 0x01, 0x20, 0x40000  # flags of mmap
_CHILD_ENDED = 17
# commands of fcntl: descriptors and their flags, and a pipe's size. Not: leases, at which others wait, watches, and larger pipes.
_COMMANDS, _LOCK_COMMANDS = (0, 1, 2, 3, 4, 1030, 1032), (6, 7, 37, 38)
_LOAD, _JUMP_EQUAL, _JUMP_ABOVE, _JUMP_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_DONE = _ERROR  # with the number 0: nothing is done, and the caller does not notice
_WHICH, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # where in the data that the filter sees


def available():
    return platform.machine() in _ARCHITECTURES


def numbers(calls: str, machine: str) -> list[int]:
    """The numbers that a table of this module gives for a processor."""
    column = _ARCHITECTURES[machine][1]
    found = (pair[column] for pair in re.findall(r"\w+\s(\d+|-)\s(\d+|-)", calls))
    return sorted(int(n) for n in found if n != "-")


@functools.cache
def program(*, forks=True, pairs=True, about_files=True, machine=None):
    """The filter as bytes.

    Parameters
    ----------
    forks : bool
        Processes may be started; else threads alone.
    pairs : bool
        Pairs of connected sockets may be made.
    about_files : bool
        The mode and times of files may be changed; else the calls do nothing and say that all is well, since copying a file ends in one.
    """
    machine = machine or platform.machine()
    tables = [
        _ALLOWED,
        forks and _FORKING,
        pairs and _SOCKETPAIR,
    ]
    allowed = numbers(", ".join(filter(None, tables)), machine)
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_EQUAL, 1, 0, _ARCHITECTURES[machine][0]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _WHICH),
    ]
    if machine == "x86_64":  # the x32 table of calls
        code += [(_JUMP_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, _ERROR | errno.EPERM)]
    code += _answered(allowed, _ALLOW)
    code += _answered(numbers(_ABOUT_FILES, machine), _ALLOW if about_files else _DONE)
    code += _answered(numbers(_LOCKING, machine), _DONE)
    code += _checked(
        _CLONE,
        machine,
        0,
        _refuse(_JUMP_SET, _NEW_NAMESPACES, errno.EPERM)
        + ([] if forks else [(_JUMP_SET, 1, 0, _THREAD), (_RETURN, 0, 0, _ERROR | errno.EAGAIN)]),
    )
    # Shared pages without a file leave every process's count when it lets go of them, and stay.
    code += _checked(
        _MMAP,
        machine,
        3,
        [
            *_refuse(_JUMP_SET, _HUGE, errno.EPERM),
            (_JUMP_SET, 0, 2, _ANONYMOUS),
            *_refuse(_JUMP_SET, _SHARED, errno.EPERM),
        ],
    )
    code += _checked(_FCNTL, machine, 1, _commands())
    # Who ignores the end of children is not told what time they took, and nobody else is.
    code += _checked(
        _SIGACTION,
        machine,
        0,
        [
            (_JUMP_EQUAL, 0, 5, _CHILD_ENDED),
            (_LOAD, 0, 0, _ARGUMENTS + 8),  # the new handler's place; none: only asked for
            (_JUMP_EQUAL, 0, 2, 0),
            (_LOAD, 0, 0, _ARGUMENTS + 12),
            (_JUMP_EQUAL, 1, 0, 0),
            (_RETURN, 0, 0, _ERROR | errno.EPERM),
        ],
    )
    code += _refuse(_JUMP_ABOVE, _NEW, errno.ENOSYS)
    code += [(_RETURN, 0, 0, _ERROR | errno.EPERM)]
    return b"".join(struct.pack("<HBBI", op, yes, no, value) for op, yes, no, value in code)


def _answered(sorted_numbers, answer):
    """The same answer for all these calls."""
    return [
        line
        for first, last in _runs(sorted_numbers)
        for line in (
            (_JUMP_ABOVE, 0, 2, first),
            (_JUMP_ABOVE, 1, 0, last + 1),
            (_RETURN, 0, 0, answer),
        )
    ]


def _runs(sorted_numbers):
    """(first, last) of every run of numbers without a gap."""
    runs = []
    for number in sorted_numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return runs


def _commands():
    """What becomes of each command of fcntl: allowed, done without doing anything, or refused."""
    allowed, locks = len(_COMMANDS), len(_LOCK_COMMANDS)
    return [
        *((_JUMP_EQUAL, allowed - n + locks + 1, 0, c) for n, c in enumerate(_COMMANDS)),
        *((_JUMP_EQUAL, locks - n, 0, c) for n, c in enumerate(_LOCK_COMMANDS)),
        (_RETURN, 0, 0, _ERROR | errno.EPERM),
        (_RETURN, 0, 0, _DONE),
    ]


def _refuse(test, value, error):
    return [(test, 0, 1, value), (_RETURN, 0, 0, _ERROR | error)]


def _checked(call, machine, argument, refusals):
    """One call that is allowed unless `refusals`, which see one of its arguments, return something else."""
    (number,) = numbers(call, machine)
    body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument), *refusals, (_RETURN, 0, 0, _ALLOW)]
    return [(_JUMP_EQUAL, 0, len(body), number), *body]


def install(**kinds):
    """Put the filter on this process, for good."""
    code = ctypes.create_string_buffer(program(**kinds))
    filter_program = ctypes.create_string_buffer(
        struct.pack("<HxxxxxxQ", (len(code) - 1) // 8, ctypes.addressof(code))
    )
    no_new_privileges()
    check(libc().prctl(22, 2, filter_program, 0, 0), "seccomp")
