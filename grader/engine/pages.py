"""Large pages for the warm server: a fork copies the table of all pages, and each submission takes six forks.

With 2 MB pages that table is short: three forks one below the other, with their ends, take 29 ms instead of 66. A child that writes
still copies 4 kB at a time. Where the kernel has no such pages, everything works as before.
"""

from grader.engine.sandbox.system import libc

SIZE = 2 * 2**20
TUNABLES = "glibc.malloc.hugetlb=1"  # for GLIBC_TUNABLES before the start: malloc asks for large pages itself
_COLLAPSE = 25  # MADV_COLLAPSE, Linux 6.1


def reserve(megabytes=180):
    """Have Python's small objects lie side by side: areas of 1 MB each, between the libraries that are loaded meanwhile, fill few large pages.

    An area is given back when the last object in it is gone, so one in each stays.
    """
    import ctypes

    blocks = [bytes(_BLOCK - 33) for _ in range(megabytes * _PER_AREA)]
    _kept.extend(blocks[::_PER_AREA])
    del blocks
    use_large_pages()


_BLOCK, _PER_AREA = 512, 64 * 31  # the largest small object; how many of them an area of 1 MB holds
_kept = []


def use_large_pages():
    """Gather what this process has written so far into large pages, where it fills them."""
    import ctypes

    with open("/proc/self/maps") as file:
        areas = [line.split() for line in file]
    for area in areas:
        if area[1] != "rw-p" or len(area) > 5:  # the heap gets its pages by TUNABLES, the rest belongs to files
            continue
        begin, end = (int(n, 16) for n in area[0].split("-"))
        begin, end = -(-begin // SIZE) * SIZE, end // SIZE * SIZE
        if begin < end:
            libc().madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), _COLLAPSE)  # refused: nothing is lost
