"""Writes a run as a trace for ui.perfetto.dev (also Chrome's about:tracing, Speedscope and others).

The format is Perfetto's own: a row of packets, each a protocol buffer. Events are all of one size, so
that a million of them are one NumPy array; numbers are written with as many bytes as their largest
value may need, which readers of the format accept. Field numbers are those of ``trace_packet.proto``,
``track_event.proto`` and ``track_descriptor.proto``.
"""

import numpy as np

from .files import whole_file

SEQUENCE = 1
BEGIN, END, COUNTER = 1, 2, 4


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    """One field: an integer, or bytes with their length in front."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode("utf-8", "replace")
    return varint(number << 3 | 2) + varint(len(value)) + value


def packet(*fields):
    return field(1, b"".join(fields))


def columns(numbers, width):
    """Each number as ``width`` bytes of a varint."""
    numbers = np.asarray(numbers, np.uint64)
    out = np.empty((len(numbers), width), np.uint8)
    for k in range(width):
        out[:, k] = (numbers >> np.uint64(7 * k)).astype(np.uint8) & 127 | (128 if k < width - 1 else 0)
    return out


def fixed(data, count):
    return np.broadcast_to(np.frombuffer(bytes(data), np.uint8), (count, len(data)))


def events(times, sort, track, extra_field=None, extra=None):
    """Track events of one track: sorts 1 and 2 are the ends of a box, 4 is a counter's value."""
    count = len(times)
    width = 9
    inner = [fixed(varint(9 << 3), count), columns(np.broadcast_to(sort, count), 1)]
    inner += [fixed(varint(11 << 3), count), columns(np.full(count, track), 5)]
    if extra_field is not None:
        inner += [fixed(varint(extra_field << 3), count), columns(extra, width)]
    event = np.concatenate(inner, 1)
    head = [fixed(varint(8 << 3), count), columns(times, width)]
    head += [fixed(field(10, SEQUENCE) + field(13, 2) + varint(11 << 3 | 2) + varint(event.shape[1]), count)]
    body = np.concatenate([*head, event], 1)
    return np.concatenate([fixed(varint(1 << 3 | 2) + varint(body.shape[1]), count), body], 1)


def write(run, path):
    """Writes the file. Raises ``OSError``."""
    with whole_file(path, "wb") as file:
        names, numbers = [], {}
        for rank in run.ranks:
            for k, label in enumerate(rank.labels):
                text = f"{label.name}  {label.where}" if label.where else label.name
                if text not in numbers:
                    numbers[text] = len(numbers) + 1
                    names.append(field(2, field(1, numbers[text]) + field(2, text)))
                numbers[id(rank), k] = numbers[text]
        file.write(packet(field(8, 0), field(10, SEQUENCE), field(13, 3), field(12, b"".join(names))))
        track = 0
        for rank in run.ranks:
            track += 1
            process = track
            pid = rank.trace.rank + 1
            title = f"rank {rank.trace.rank} on {rank.trace.run['host']}"
            file.write(packet(field(60, field(1, process) + field(3, field(1, pid) + field(6, title)))))
            for k, row in enumerate(rank.rows):
                track += 1
                thread = field(1, pid) + field(2, k + 1) + field(5, row.title)
                file.write(packet(field(60, field(1, track) + field(5, process) + field(4, thread))))
                file.write(_boxes(rank, row, track, numbers))
            if len(rank.memory_time):
                track += 1
                counter = field(1, track) + field(2, "memory in use") + field(5, process) + field(8, field(3, 3))
                file.write(packet(field(60, counter)))
                times = np.maximum(rank.memory_time, 0)
                file.write(events(times, COUNTER, track, 30, rank.memory_used).tobytes())


def _boxes(rank, row, track, numbers):
    """Begins and ends of a row's boxes, in order of time."""
    count = len(row.start)
    labels = np.where(row.item >= 0, 0, -1 - row.item)
    if len(rank.step_label_of):
        labels = np.where(row.item >= 0, rank.step_label_of[np.maximum(row.item, 0)], labels)
    table = np.array([numbers[id(rank), k] for k in range(len(rank.labels))] or [0])
    start = np.maximum(row.start, 0)
    # Boxes of a row do not overlap; where clocks say otherwise, the first ends earlier.
    end = np.minimum(row.end, np.append(start[1:], np.iinfo(np.int64).max))
    begins = events(start, BEGIN, track, 10, table[labels])
    ends = events(np.maximum(end, start), END, track, 10, table[labels])
    out = np.empty((2 * count, begins.shape[1]), np.uint8)
    out[0::2], out[1::2] = begins, ends
    return out.tobytes()
