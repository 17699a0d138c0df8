"""Large pages for the warm server: a fork copies the table of all pages, and each submission takes four forks.

With 2 MB pages that table is short, and so are a fork and the process's end: half the kernel's time for one. A child that writes
still copies 4 kB at a time. Where the kernel has no such pages, everything works as before.
"""

import sys

from grader.engine.sandbox.system import libc

SIZE = 2 * 2**20
TUNABLES = "glibc.malloc.hugetlb=1"  # for GLIBC_TUNABLES before the start: malloc asks for large pages itself
_COLLAPSE = 25  # MADV_COLLAPSE, Linux 6.1
# Python keeps small objects in areas of 1 MB: pools of 16 kB, 63 of them where an area begins anywhere, 31 of the largest objects in each.
_LARGEST, _IN_AN_AREA = 512, 63 * 31

_kept: list[bytes] = []


def reserve(megabytes=180):
    """Before anything is imported: have Python's areas for small objects lie side by side, not here and there between libraries.

    An area is given back when the last object in it is gone, so one in each stays.
    """
    blocks = [bytes(_LARGEST - sys.getsizeof(b"")) for _ in range(megabytes * _IN_AN_AREA)]
    _kept.extend(blocks[::_IN_AN_AREA])
    del blocks
    use_large_pages()


def use_large_pages():
    """Gather what this process has written so far into large pages, where it fills them."""
    import ctypes

    with open("/proc/self/maps") as file:
        areas = [line.split() for line in file]
    for area in areas:
        if (
            area[1] != "rw-p" or len(area) > 5
        ):  # the heap gets its pages by TUNABLES, the rest belongs to files
            continue
        begin, end = (int(n, 16) for n in area[0].split("-"))
        begin, end = -(-begin // SIZE) * SIZE, end // SIZE * SIZE
        if begin < end:
            libc().madvise(
                ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _COLLAPSE
            )  # refused: nothing is lost
