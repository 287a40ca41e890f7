/**
 * Holds one GPIO line through the kernel's GPIO character device, version 2 of its interface (linux/gpio.h).
 *
 *     python3 -c PROGRAM LABEL[,LABEL…] PIN high|low CONSUMER out
 *     python3 -c PROGRAM LABEL[,LABEL…] PIN high|low CONSUMER in BOUNCE_US
 *
 * It prints "ready CHIP" or "error KIND DETAIL". As output it is off at first and follows the characters 1 and 0 from its
 * stdin; p is a short pulse. As input, pulled to its inactive level, it prints "LEVEL NANOSECONDS" for its first level and each edge, with the
 * kernel's own time. When its stdin ends, because whoever started it has, it goes off and ends.
 */
export const chardevProgram = `
import fcntl, glob, os, select, signal, struct, sys, time

labels, pin, sense, consumer, mode = sys.argv[1].split(","), int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5]
# Ctrl-C in a terminal goes to all; the one that started us decides when the line goes off.
signal.signal(signal.SIGINT, signal.SIG_IGN)

def say(*words):
    print(*words, flush=True)

def fail(*words):
    say("error", *words)
    sys.exit(1)

def text(raw):
    return raw.split(b"\\0")[0].decode("utf-8", "replace")

GET_CHIPINFO, GET_LINEINFO, GET_LINE = 0x8044B401, 0xC100B405, 0xC250B407
GET_VALUES, SET_VALUES = 0xC010B40E, 0xC010B40F
USED, ACTIVE_LOW, INPUT, OUTPUT, RISING, FALLING, PULL_UP, PULL_DOWN = 1, 2, 4, 8, 16, 32, 256, 512

chips, denied = {}, None
for path in sorted(glob.glob("/dev/gpiochip*")):
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        info = bytearray(68)
        fcntl.ioctl(fd, GET_CHIPINFO, info)
        chips.setdefault(text(info[32:64]), (fd, struct.unpack_from('I', info, 64)[0]))
    except PermissionError:
        denied = path
    except OSError:
        pass
label = next((l for l in labels if l in chips), None)
if label is None:
    if denied: fail("permission", denied)
    fail("nochip", ",".join(chips))
chip, count = chips[label]
if pin >= count: fail("nopin", label, count)

info = bytearray(256)
struct.pack_into("I", info, 64, pin)
fcntl.ioctl(chip, GET_LINEINFO, info)
if struct.unpack_from('Q', info, 72)[0] & USED: fail("busy", text(info[32:64]))

low = ACTIVE_LOW if sense == "low" else 0
flags = low | (OUTPUT if mode == "out" else INPUT | RISING | FALLING | (PULL_UP if low else PULL_DOWN))
# struct gpio_v2_line_request: offsets[64], consumer[32], config (flags, attributes), number of lines, fd.
request = bytearray(592)
struct.pack_into("I", request, 0, pin)
request[256:288] = consumer.encode()[:31].ljust(32, b"\\0")
struct.pack_into("Q", request, 288, flags)
bounce = int(sys.argv[6]) if mode == "in" else 0
if bounce:
    struct.pack_into("I", request, 296, 1)
    # One attribute: its id (3, the debounce period), padding, its value, and the lines that it is for.
    struct.pack_into("IIQQ", request, 320, 3, 0, bounce, 1)
struct.pack_into("I", request, 560, 1)
try:
    fcntl.ioctl(chip, GET_LINE, request)
except OSError as error:
    fail("busy" if error.errno == 16 else error.strerror)
line = struct.unpack_from('i', request, 588)[0]
say("ready", label)

def drive(on):
    fcntl.ioctl(line, SET_VALUES, bytearray(struct.pack("QQ", on, 1)))

if mode == "out":
    while asked := os.read(0, 64):
        for character in asked:
            if character in b"01": drive(character == 49)
            if character in b"p":
                # At least 10 microseconds, which an HC-SR04 needs; more does no harm.
                drive(1)
                end = time.monotonic_ns() + 12000
                while time.monotonic_ns() < end: pass
                drive(0)
    drive(0)
    sys.exit(0)

values = bytearray(struct.pack("QQ", 0, 1))
fcntl.ioctl(line, GET_VALUES, values)
say(values[0] & 1, time.monotonic_ns())
while True:
    ready = select.select([0, line], [], [])[0]
    if 0 in ready and not os.read(0, 64): sys.exit(0)
    if line in ready:
        # struct gpio_v2_line_event: time in ns, 1 for rising or 2 for falling, and what is not needed here.
        events = os.read(line, 48 * 16)
        for at in range(0, len(events), 48):
            when, edge = struct.unpack_from('QI', events, at)
            say(1 if edge == 1 else 0, when)
`;
