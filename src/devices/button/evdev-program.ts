/**
 * Reads the keys of one input device of the kernel (linux/input.h), and looks for it again whenever it is gone.
 *
 *     python3 -c PROGRAM "PART OF ITS NAME"|/dev/input/eventN grab|share
 *
 * It prints "ready", then "found NAME", "lost", "denied PATH", and "key CODE 1|0 NANOSECONDS" with the kernel's own
 * monotonic time. It ends when its stdin ends.
 *
 *     python3 -c PROGRAM "PART OF ITS NAME"|/dev/input/eventN look ROOT
 *
 * It only says "found PATH NAME" or "lost", by what is under ROOT.
 */
export const evdevProgram = `
import fcntl, glob, os, select, signal, struct, sys

wanted, grab = sys.argv[1], sys.argv[2] == "grab"
root = sys.argv[3] if sys.argv[2] == "look" else ""
signal.signal(signal.SIGINT, signal.SIG_IGN)
GRAB, CLOCK, MONOTONIC, KEY = 0x40044590, 0x400445A0, 1, 1
# struct input_event: seconds, microseconds, type, code, value.
event = struct.Struct('@llHHi')

def say(*words):
    print(*words, flush=True)

def find():
    for path in sorted(glob.glob(root + "/sys/class/input/event*"), key=lambda p: int(p.rsplit("event", 1)[1])):
        device = "/dev/input/" + os.path.basename(path)
        try:
            name = open(path + "/device/name").read().strip()
            keys = open(path + "/device/capabilities/key").read().strip()
        except OSError:
            continue
        if device == wanted or (not wanted.startswith("/") and wanted.lower() in name.lower() and keys != "0"):
            return device, name
    return None, None

def wait(ms, *files):
    ready = select.select([0, *files], [], [], ms / 1000 if ms else None)[0]
    if 0 in ready and not os.read(0, 64): sys.exit(0)
    return ready

if sys.argv[2] == "look":
    device, name = find()
    say("lost") if device is None else say("found", device, name)
    sys.exit(0)
say("ready")
told = None
while True:
    device, name = find()
    fd = None
    try:
        if device is not None:
            fd = os.open(device, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            fcntl.ioctl(fd, CLOCK, struct.pack('i', MONOTONIC))
            if grab: fcntl.ioctl(fd, GRAB, 1)
    except OSError as error:
        problem = "denied " + device if error.errno == 13 else "busy " + device
        if told != problem: say(problem)
        told = problem
        if fd is not None: os.close(fd)
        wait(1000)
        continue
    if fd is None:
        if told != "lost": say("lost")
        told = "lost"
        wait(1000)
        continue
    say("found", name)
    try:
        while True:
            if fd not in wait(0, fd): continue
            data = os.read(fd, event.size * 64)
            for seconds, micros, kind, code, value in event.iter_unpack(data):
                if kind == KEY and value in (0, 1): say("key", code, value, (seconds * 1000000 + micros) * 1000)
    except OSError:
        say("lost")
        told = "lost"
        os.close(fd)
`;
