"""What hostile and unlucky submissions try, and what must come of it.

`expected` is the kind of the answer (returned, error, refused, memory) or the reason of the
child's death; `CANARY`, `FOLDER` and `GRADER` stand for a file of the grader, its folder and the
grader's process id. `attack()` is called; some do their worst while they are loaded.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attack:
    """One row of the table."""

    name: str
    source: str
    expected: str


def _calling(name: str, expected: str, body: str, before: str = "") -> Attack:
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return Attack(name, f"{_IMPORTS}{before}\ndef attack():\n{lines}", expected)


_IMPORTS = "import builtins, ctypes, gc, mmap, os, signal, socket, sys, threading, time\n"
_IMPORTS += "import numpy as np\nlibc = ctypes.CDLL(None, use_errno=True)\n"
_CHECKED = """
def raw(*numbers):
    if libc.syscall(*numbers) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
"""

TAMPERING = (
    _calling("patches numpy's comparison", "returned",
             "np.allclose = np.array_equal = lambda *a, **k: True\nreturn 3.0"),
    _calling("patches the codec", "crashed", "from grader.sandbox import codec\n"
             "codec.AnswerWriter.part = None\nreturn 1"),
    _calling("patches the wire", "crashed", "from grader.sandbox import wire\n"
             "wire.write = None\nreturn 1"),
    _calling("deletes all builtins", "crashed",
             "for name in list(vars(builtins)):\n    vars(builtins).pop(name)"),
    _calling("returns a lying array", "returned", "return np.arange(3.0).view(Liar)",
             "class Liar(np.ndarray):\n  __eq__ = lambda a, b: True\n"
             "  __array__ = lambda *a, **k: np.zeros(9)\n"),
    _calling("returns an object that equals all", "returned", "return Liar()",
             "class Liar:\n  __eq__ = lambda a, b: True\n"),
    _calling("writes into every descriptor", "protocol",
             "for fd in range(3, 256):\n"
             "    try: os.write(fd, b'x' * 64)\n    except OSError: pass\nreturn 1"),
    _calling("forges a huge frame", "protocol", "import struct\n"
             "head = struct.pack('<4sBxxxIIQ', b'grdp', 7, 2, 0, 1 << 62)\n"
             "for fd in range(3, 256):\n"
             "    try: os.write(fd, head)\n    except OSError: pass\ntime.sleep(9)"),
    _calling("forges an answer of pickle", "protocol", "import pickle\n"
             "for fd in range(3, 256):\n"
             "    try: os.write(fd, pickle.dumps(print))\n    except OSError: pass\nreturn 1"),
    _calling("leaves by os._exit", "exited", "os._exit(0)"),
    _calling("leaves by sys.exit", "error", "sys.exit(0)"),
    _calling("raises KeyboardInterrupt", "error", "raise KeyboardInterrupt"),
    _calling("raises a BaseException", "error", "raise type('X', (BaseException,), {})"),
    _calling("registers exit hooks", "returned",
             "import atexit\natexit.register(open, 'CANARY', 'w')\nreturn 1"),
    _calling("kills its parent", "refused", "os.kill(os.getppid(), 9)"),
    _calling("kills the grader", "refused", "os.kill(GRADER, 9)"),
    _calling("kills everybody", "refused", "os.kill(-1, 9)"),
    _calling("kills its group", "refused", "os.killpg(0, 9)"),
    _calling("traces the zygote", "refused", "raw(101, 16, os.getppid(), 0, 0)", _CHECKED),
    _calling("reads the zygote's memory", "refused",
             "open(f'/proc/{os.getppid()}/mem', 'rb')"),
    _calling("reads the grader's environment", "refused", "open('/proc/GRADER/environ')"),
    _calling("reads the grader's file", "refused", "return open('CANARY').read()"),
    _calling("lists the grader's folder", "refused", "return os.listdir('FOLDER')"),
    _calling("changes a mode", "refused", "os.chmod('CANARY', 0o777)"),
    _calling("changes an owner", "refused", "os.chown('CANARY', 1, 1)"),
    _calling("changes a time", "refused", "os.utime('CANARY', (1, 1))"),
    _calling("truncates", "refused", "os.truncate('CANARY', 0)"),
    _calling("opens to truncate", "refused", "os.open('CANARY', os.O_RDONLY | os.O_TRUNC)"),
    _calling("sets an attribute", "refused", "os.setxattr('CANARY', 'user.x', b'1')"),
    _calling("deletes", "refused", "os.remove('CANARY')"),
    _calling("renames", "refused", "os.rename('CANARY', 'mine')"),
    _calling("links from outside", "refused",  # EXDEV of Landlock, EPERM of protected_hardlinks
             "try: os.link('CANARY', 'mine')\nexcept OSError: raise PermissionError from None"),
    _calling("follows a symbolic link", "refused",
             "os.symlink('CANARY', 'mine')\nreturn open('mine').read()"),
    _calling("looks for the reference", "returned",
             "names = [n for n in sys.modules if 'judge' in n or 'authoring' in n]\n"
             "assert not names, names\nreturn 1"),
    _calling("looks for the environment", "returned",
             "assert 'SECRET_TOKEN' not in os.environ\nreturn 1"),
    _calling("leaves traces", "returned",
             "sys.settrace(lambda *a: None)\nsys.stdout = sys.stderr = None\nreturn 1"),
    _calling("sends a signal by fcntl", "refused",
             "import fcntl\nfcntl.fcntl(0, fcntl.F_SETOWN, GRADER)"),
    _calling("becomes traceable again", "refused", "raw(157, 4, 1, 0, 0)", _CHECKED),
    _calling("raises from __del__", "returned", "D()\nreturn 1",
             "class D:\n  def __del__(self): raise SystemExit\n"),
    _calling("prints escape sequences", "returned", "print('\\x1b[2J\\u202e<script>')\nreturn 1"),
)  # fmt: skip

DENIAL = (
    _calling("loops", "timeout", "while True: pass"),
    _calling("loops in C", "timeout", "return sum(range(10**12))"),
    _calling("matches for ever", "timeout", "import re\nre.match('(a+)+$', 'a' * 64 + 'b')"),
    _calling("sleeps", "timeout", "time.sleep(1000)"),
    _calling("stops itself", "timeout", "os.kill(os.getpid(), signal.SIGSTOP)"),
    _calling("ignores signals", "timeout",
             "for n in range(1, 32):\n    try: signal.signal(n, signal.SIG_IGN)\n"
             "    except (OSError, ValueError): pass\nwhile True: pass"),
    _calling("forks", "refused", "os.fork()"),
    _calling("forks by number", "refused", "raw(57)", _CHECKED),
    _calling("forks by x32", "error", "raw(0x40000000 + 57)", _CHECKED),
    _calling("clones a namespace", "refused", "raw(272, 0x10000000)", _CHECKED),
    _calling("spawns", "refused", "os.posix_spawn('/bin/true', ['true'], {})"),
    _calling("runs a shell", "returned", "assert os.system('true') != 0\nreturn 1"),
    _calling("executes", "refused", "os.execv('/bin/true', ['true'])"),
    _calling("asks for much memory", "memory", "return np.ones(1 << 30)"),
    _calling("grows", "memory", "x = []\nwhile True: x.append(bytes(1 << 20))"),
    _calling("maps shared memory", "error", "return mmap.mmap(-1, 1 << 30)"),
    _calling("makes a memory file", "refused", "os.memfd_create('x')"),
    _calling("prints for ever", "output-limit", "while True: os.write(1, bytes(1 << 20))"),
    _calling("prints a lot", "returned", "print('x' * (2 << 20))\nreturn 1"),
    _calling("returns too much", "returned", "return np.zeros(10 << 20)"),
    _calling("returns itself", "returned", "x = []\nx.append(x)\nreturn x"),
    _calling("returns a huge int", "returned", "return 1 << 10**7"),
    _calling("returns many items", "returned", "return [0] * 10**6"),
    _calling("opens all descriptors", "error", "while True: os.dup(0)"),
    _calling("fills the disk", "error",
             "with open('big', 'wb') as file:\n"
             "    while True: file.write(bytes(1 << 20))"),
    _calling("recurses", "error", "return attack()"),
    _calling("follows a null pointer", "crashed", "ctypes.string_at(0)"),
    _calling("aborts", "crashed", "os.abort()"),
    _calling("says its text for ever", "timeout", "raise Loop",
             "class Loop(Exception):\n  def __str__(self):\n    while True: pass\n"),
    _calling("says a long text", "error", "raise ValueError('x' * 10**8)"),
    _calling("raises its limits", "error",
             "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    _calling("becomes root", "refused", "os.setuid(0)"),
    _calling("uses io_uring", "refused", "raw(425, 4, 0)", _CHECKED),
    _calling("closes everything", "protocol", "os.closerange(0, 256)\ntime.sleep(99)"),
    _calling("starts a thread bomb", "error",
             "while True: threading.Thread(target=time.sleep, args=(99,)).start()"),
    Attack("exits when loaded", "import os\nos._exit(0)\ndef attack(): return 1", "returned"),
    Attack("crashes when loaded", "import ctypes\nctypes.string_at(0)\n"
           "def attack(): return 1", "returned"),
    Attack("cannot be parsed", "(" * 10_000 + "1" + ")" * 10_000, "missing"),
)  # fmt: skip

LEAKS = (
    _calling("opens a TCP socket", "refused", "socket.create_connection(('127.0.0.1', 9))"),
    _calling("opens a UDP socket", "refused", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
    _calling("opens a unix socket", "refused", "socket.socket(socket.AF_UNIX)"),
    _calling("makes a socket pair", "refused", "socket.socketpair()"),
    _calling("lists the root", "refused", "return os.listdir('/')"),
    _calling("reads the users", "refused", "return open('/etc/passwd').read()"),
    _calling("lists its descriptors", "refused", "return os.listdir('/proc/self/fd')"),
    _calling("writes to shared memory", "refused", "open('/dev/shm/x', 'w')"),
    _calling("writes to the temporary folder", "refused", "open('/tmp/x', 'w')"),
)  # fmt: skip

ACCIDENTS = (
    _calling("reads from the keyboard", "error", "return input('x? ')"),
    _calling("uses a thread pool", "returned",
             "from concurrent.futures import ThreadPoolExecutor\n"
             "with ThreadPoolExecutor(4) as pool: return sum(pool.map(abs, range(9)))"),
    _calling("uses a temporary file", "returned",
             "import tempfile\nwith tempfile.TemporaryFile() as file: return file.write(b'x')"),
    _calling("imports lazily", "returned",
             "import decimal, fractions, statistics, numpy.polynomial.chebyshev\nreturn 1"),
    _calling("imports the course's data maker", "returned",
             "import grader\nfrom grader.model import Limits\nreturn 1"),
    _calling("uses multiprocessing", "refused", "from multiprocessing import Process\n"
             "Process(target=print).start()"),
    Attack("draws a picture",
           "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig('mine.png')\n"
           "plt.show()\ndef attack():\n    assert open('mine.png', 'rb').read(4) == b'\\x89PNG'",
           "returned"),
    _calling("returns nothing", "returned", "pass"),
    _calling("returns a generator", "returned", "yield 1"),
    _calling("opens a missing data file", "error", "open('data.csv')"),
    _calling("turns warnings into errors", "returned",
             "return np.log(np.zeros(1))", "import warnings\nwarnings.simplefilter('error')\n"),
)  # fmt: skip

ATTACKS = TAMPERING + DENIAL + LEAKS + ACCIDENTS

_FORGED = """
import msgpack, struct
def forge(number, kind=7):
    header = msgpack.packb([[[0, 42]], [], [], []])
    frame = struct.pack('<4sBxxxIIQ', b'grdp', kind, number, len(header), 0) + header
    for fd in range(3, 128):
        try: os.write(fd, frame)
        except OSError: pass
"""

TAMPERING += (
    _calling("forges its answer", "protocol", "forge(2)\nreturn 1", _FORGED),
    _calling("answers the next question, too", "protocol", "forge(3)\nreturn 1", _FORGED),
    _calling("announces when nothing is loaded", "protocol", "forge(2, 5)\nreturn 1", _FORGED),
    _calling("says that it is ready again", "protocol", "forge(2, 1)\nreturn 1", _FORGED),
    _calling("calls back what was not given", "protocol", "forge(2, 8)\nreturn 1", _FORGED),
    _calling("answers late from a thread", "protocol|returned",
             "global asked\nasked += 1\n"
             "threading.Thread(target=lambda: (time.sleep(0.02), forge(3)), daemon=True).start()\n"
             "time.sleep(0.1 * (asked > 1))\nreturn 1", _FORGED + "asked = 0\n"),
    _calling("patches the decoder", "crashed", "from grader.sandbox import codec\n"
             "codec.decode_arguments = None\nreturn 1"),
    _calling("hides its errors", "error",
             "sys.excepthook = sys.unraisablehook = lambda *a: None\nraise ValueError"),
    _calling("writes results", "refused", "open('FOLDER/results.json', 'w')"),
    _calling("walks up the frames", "returned",
             "frame = sys._getframe()\nwhile frame:\n"
             "    assert not {'expected', 'lower', 'bank'} & set(frame.f_locals)\n"
             "    frame = frame.f_back\nreturn 1"),
    _calling("searches the collector", "returned",
             "for thing in gc.get_objects():\n"
             "    name = getattr(type(thing), '__module__', '') or ''\n"
             "    assert not str(name).startswith(('grader.judge', 'grader.authoring'))\nreturn 1"),
    _calling("returns a lying float", "returned",
             "return type('F', (float,), {'__eq__': lambda a, b: True})(3)"),
    _calling("sends a queued signal", "refused", "raw(129, os.getppid(), 9, 0)", _CHECKED),
    _calling("opens the zygote", "refused", "raw(434, os.getppid(), 0)", _CHECKED),
    _calling("takes a descriptor of another", "refused", "raw(438, 0, 0, 0)", _CHECKED),
    _calling("writes the zygote's memory", "refused",
             "raw(311, os.getppid(), 0, 0, 0, 0, 0)", _CHECKED),
    _calling("slows the zygote down", "refused",
             "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)"),
    _calling("limits the zygote", "refused",
             "import resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))"),
    _calling("stops the zygote", "refused", "os.kill(os.getppid(), signal.SIGSTOP)"),
    _calling("outlives the zygote", "refused", "raw(157, 1, 0, 0, 0)", _CHECKED),
    _calling("imports what it wrote", "error",
             "open('mine.py', 'w').write('x = 1')\nimport mine"),
    _calling("makes a device", "refused", "os.mknod('mine', 0o20666, 0x501)"),
    _calling("makes a fifo", "refused", "os.mkfifo('mine')"),
    _calling("types into a terminal", "refused",
             "import fcntl\nfcntl.ioctl(0, 0x5412, b'x')"),
)  # fmt: skip

DENIAL += (
    _calling("mounts", "refused", "raw(165, 0, 0, 0, 0, 0)", _CHECKED),
    _calling("changes the root", "refused", "os.chroot('.')"),
    _calling("enters a namespace", "refused", "raw(308, 0, 0)", _CHECKED),
    _calling("loads a program into the kernel", "refused", "raw(321, 0, 0, 0)", _CHECKED),
    _calling("reads the kernel's keys", "refused", "raw(250, 0, 0)", _CHECKED),
    _calling("handles page faults", "refused", "raw(323, 0)", _CHECKED),
    _calling("sets the clock", "refused", "time.clock_settime(time.CLOCK_REALTIME, 1.0)"),
    _calling("names the machine", "refused", "socket.sethostname('x')"),
    _calling("changes its personality", "refused", "raw(135, 0x0040000)", _CHECKED),
    _calling("makes a segment", "refused", "raw(29, 0, 4096, 0o1600)", _CHECKED),
    _calling("makes a message queue", "refused", "raw(240, 0, 0, 0, 0)", _CHECKED),
    _calling("calls what is newer than the table", "error", "raw(600)", _CHECKED),
    _calling("spins in four threads", "timeout",
             "def spin():\n    while True: pass\n"
             "for _ in range(4): threading.Thread(target=spin).start()\nspin()"),
    _calling("starts threads with small stacks", "error|memory|timeout",
             "threading.stack_size(1 << 15)\n"
             "while True: threading.Thread(target=time.sleep, args=(9,)).start()"),
    _calling("computes a power in C", "timeout", "return 3 ** 10 ** 8"),
    _calling("doubles a text", "memory|timeout", "s = 'x'\nwhile True: s += s"),
    _calling("is killed by its own alarm", "crashed",
             "signal.setitimer(signal.ITIMER_REAL, 0.01)\ntime.sleep(9)"),
    _calling("kills itself", "memory", "os.kill(os.getpid(), signal.SIGKILL)"),
    _calling("ignores the question where it is", "timeout",
             "signal.signal(signal.SIGUSR1, signal.SIG_IGN)\nwhile True: pass"),
    _calling("forges where it is", "timeout",
             "os.write(2, b'(most recent call first):\\n  File \"layers.py\", line 9999999 in \\x1b[2J\\n')\n"
             "while True: pass"),
    _calling("nests folders", "returned|timeout",
             "for _ in range(500):\n    os.mkdir('d')\n    os.chdir('d')\nreturn 1"),
    _calling("makes files without end", "output-limit|timeout",
             "import itertools\nfor n in itertools.count(): open(str(n), 'w').close()"),
    _calling("nests a list in C", "crashed|error|memory|timeout",
             "sys.setrecursionlimit(10**7)\nx = []\nfor _ in range(10**5): x = [x]\nrepr(x)"),
    _calling("nests an answer", "returned", "x = []\nfor _ in range(500): x = [x]\nreturn x"),
    _calling("chains exceptions", "error",
             "error = ValueError()\n"
             "for _ in range(10**4):\n    new = ValueError()\n    new.__context__ = error\n    error = new\nraise error"),
    Attack("loops when loaded", "while True: pass\ndef attack(): return 1", "returned"),
    Attack("kills its parent when loaded",
           "import os\nos.kill(os.getppid(), 9)\ndef attack(): return 1", "returned"),
    Attack("writes frames when loaded", "import os\nfor fd in range(3, 99):\n"
           "    try: os.write(fd, b'x' * 99)\n    except OSError: pass\ndef attack(): return 1",
           "protocol"),
)  # fmt: skip

LEAKS += (
    _calling("lists the processes", "refused", "return os.listdir('/proc')"),
    _calling("reads the grader's arguments", "refused", "return open('/proc/GRADER/cmdline').read()"),
    _calling("reads the mounts", "refused", "return open('/proc/mounts').read()"),
    _calling("asks for an address", "error|refused", "socket.getaddrinfo('example.org', 80)"),
    _calling("opens a netlink socket", "refused", "socket.socket(socket.AF_NETLINK)"),
    _calling("opens a packet socket", "refused", "socket.socket(socket.AF_PACKET)"),
    _calling("watches files", "refused", "raw(294, 0)", _CHECKED),
    _calling("opens a file by its handle", "refused", "raw(304, 0, 0, 0)", _CHECKED),
)  # fmt: skip

ACCIDENTS += (
    _calling("seeds the generators", "returned",
             "import random\nrandom.seed(1)\nnp.random.seed(1)\nreturn random.random()"),
    _calling("returns single precision", "returned", "return np.float32(1.5)"),
    _calling("returns a matrix", "returned", "return np.matrix([[1.0, 2.0]])"),
    _calling("returns rows of different lengths", "returned",
             "return np.array([[1], [1, 2]], dtype=object)"),
    _calling("returns a set", "returned", "return {1, 2}"),
    _calling("needs a library that is not there", "error", "import no_such_library"),
    _calling("raises a MemoryError", "memory", "raise MemoryError"),
    _calling("flushes what it prints", "returned",
             "for n in range(1000): print(n, flush=True)\nreturn 1"),
    Attack("has Windows' line ends", "def attack():\r\n    return 1\r\n", "returned"),
    Attack("mixes tabs and blanks", "def attack():\n    x = 1\n\treturn x\n", "missing"),
    Attack("has typographic quotes", "def attack(): return “x”\n", "missing"),
)  # fmt: skip

ATTACKS = TAMPERING + DENIAL + LEAKS + ACCIDENTS

CANARIES = (
    _calling("forks a process", "refused", "if os.fork() == 0: os._exit(0)\nos.wait()"),
    _calling("runs a program", "refused", "os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)"),
    _calling("opens an internet socket", "refused", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
    _calling("opens a local socket", "refused", "socket.socket(socket.AF_UNIX)"),
    _calling("opens a pair of sockets", "refused", "socket.socketpair()"),
    _calling("makes a file in memory", "refused", "os.memfd_create('x')"),
    _calling("looks for the zygote", "refused", "os.kill(os.getppid(), 0)"),
    _calling("lowers its priority", "refused", "os.setpriority(os.PRIO_PROCESS, 0, 19)"),
    _calling("owns a descriptor's signals", "refused",
             "import fcntl\nfcntl.fcntl(3, fcntl.F_SETOWN, os.getppid())"),
    _calling("can be traced", "refused", "raw(157, 4, 1, 0, 0)", _CHECKED),
    _calling("makes a group", "refused", "os.setpgid(0, 0)"),
    _calling("changes modes in its folder", "refused", "open('x', 'w').close()\nos.chmod('x', 0o600)"),
    _calling("reads a canary", "refused", "return open('CANARY').read()"),
    _calling("lists a folder", "refused", "return os.listdir('FOLDER')"),
    _calling("reads the list of users", "refused", "return open('/etc/passwd').read()"),
    _calling("looks at processes", "refused", "return len(os.listdir('/proc'))"),
    _calling("writes beside the canary", "refused", "open('FOLDER/mine', 'w')"),
    _calling("overwrites the canary", "refused", "open('CANARY', 'w').write('mine')"),
    _calling("links the canary", "refused", "os.symlink('CANARY', 'mine')\nreturn open('mine').read()"),
    _calling("maps more memory than it may", "error|memory", "len(mmap.mmap(-1, 1 << 30))"),
    _calling("has more descriptors than it may", "error", "for _ in range(400): os.dup(0)"),
    _calling("has a larger file than it may", "error", "with open('x', 'wb') as f: os.ftruncate(f.fileno(), 1 << 29)"),
    _calling("measures a private file", "refused", "return os.stat('FOLDER/private/file').st_size"),
    _calling("could gain rights", "error",
             "assert any(libc.prctl(23, n, 0, 0, 0) == 1 for n in range(64))"),
    _calling("has inherited descriptors", "error", "found = []\nfor fd in range(300):\n"
             "    try: os.fstat(fd); found.append(fd)\n    except OSError: pass\nassert len(found) > 5"),
)  # fmt: skip
"""What does no harm if it gets through: returned means that it did."""

HELD_BY = {
    "seccomp": ("forks a process", "opens an internet socket",
                "opens a local socket", "opens a pair of sockets", "makes a file in memory",
                "lowers its priority", "can be traced", "changes modes in its folder"),
    "landlock": ("reads a canary", "lists a folder", "reads the list of users",
                 "looks at processes", "writes beside the canary", "overwrites the canary",
                 "links the canary"),
    "limits": ("maps more memory than it may", "has more descriptors than it may",
               "has a larger file than it may"),
    "uid": ("measures a private file",),
    "capabilities": ("could gain rights",),
    "descriptors": ("has inherited descriptors",),
}  # fmt: skip
"""Layer to the canaries that it alone holds back; `uid` and `capabilities` as root only."""
