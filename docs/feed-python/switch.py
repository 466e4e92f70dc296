#!/usr/bin/python3
"""A small telephone switch on Callwright's native feed, made from feed.proto and docs/feed.md alone.

It has telephones and callers, but no sound: lines of its standard input are what people do, lines of its standard
output what it told the server. README.md beside it says how to start it.

    call NUMBER ENTRY [NAME]   somebody calls ENTRY            answer DEVICE   its telephone is picked up
    hangup LEG-or-DEVICE       either end hangs up             busy DEVICE     it is used for something else; `free DEVICE`
    cut                        the connection is lost; it comes back by itself
"""
import argparse
import asyncio
import collections
import dataclasses
import random
import ssl
import sys
import time

from callwright.feed.v1 import feed_pb2 as feed

HELLO_S, HEARTBEAT_S, SILENCE_S = 5, 15, 30
KEPT_EVENTS = 10_000
FRAME_BYTES = 1 << 20
UNSENT_BYTES = 4 << 20


def now_us():
    return time.time_ns() // 1_000


class Feed:
    """The protocol: numbers, what is kept until it is acknowledged, and coming back. It knows nothing of calls.

    `switch` has `snapshot()` (the legs that live), `devices()` (states that are not idle and reachable) and
    `execute(command)` (a CommandResult's status and reason).
    """

    def __init__(self, name, token, capabilities, switch):
        self.name, self.token, self.capabilities, self.switch = name, token, capabilities, switch
        self.accepting = False
        self.server_ahead_us = 0
        self.writer = None
        self.sent_at = 0.0
        self.begin_epoch()

    def begin_epoch(self):
        """A counter that was lost, or that the server knows better, begins again under a higher epoch."""
        self.boot_epoch = time.time_ns() // 1_000_000
        self.seq = self.acked = 0
        self.kept = collections.deque()

    def tell(self, **body):
        """Numbers an event, keeps it, and sends it if the server is there: `tell(leg_gone=feed.LegGone(...))`."""
        self.number(feed.Event(switch_at=now_us(), **body))
        if self.writer:
            self.send(event=self.kept[-1])  # otherwise behind the next Resume

    def number(self, event):
        self.seq += 1
        event.seq = self.seq
        self.kept.append(event)
        if len(self.kept) > KEPT_EVENTS:
            self.kept.popleft()

    def send(self, **message):
        self.write(self.writer, **message)

    def write(self, writer, **message):
        frame = feed.SwitchFrame(**message).SerializeToString()
        writer.write(len(frame).to_bytes(4, "big") + frame)
        self.sent_at = time.monotonic()
        if writer.transport.get_write_buffer_size() > UNSENT_BYTES:
            writer.transport.abort()

    async def receive(self, reader):
        size = int.from_bytes(await reader.readexactly(4), "big")
        if not 1 <= size <= FRAME_BYTES:
            raise ConnectionError(f"a frame of {size} bytes")
        return feed.ServerFrame.FromString(await reader.readexactly(size))

    async def run(self, host, port, tls):
        longest = 0.5
        while True:
            try:
                reader, writer = await asyncio.open_connection(host, port, ssl=tls)
                try:
                    await self.greet(reader, writer)
                    longest = 0.5
                    await asyncio.gather(self.listen(reader), self.beat(writer))
                finally:
                    self.writer, self.accepting = None, False
                    writer.close()
            except (OSError, EOFError, asyncio.TimeoutError) as error:
                print(f"away {error or type(error).__name__}", flush=True)
            await asyncio.sleep(random.uniform(0, longest))
            longest = min(2 * longest, 10)

    async def greet(self, reader, writer):
        """Hello, Welcome, Resume, the events that the server does not have, and a snapshot."""
        self.write(writer, hello=feed.Hello(name=self.name, token=self.token, protocol_min=1, protocol_max=1, capabilities=self.capabilities,
                                            boot_epoch=self.boot_epoch, last_seq=self.seq, product="switch.py"))
        welcome = (await asyncio.wait_for(self.receive(reader), HELLO_S)).welcome
        if welcome.refused:
            if welcome.refused in (feed.REFUSAL_SEQUENCE_BEHIND, feed.REFUSAL_EPOCH_BEHIND):
                self.begin_epoch()
            raise ConnectionError(f"refused: {welcome.reason}")
        self.server_ahead_us = welcome.server_time - now_us()
        self.accepting = welcome.accepting
        self.writer = writer

        after = max(welcome.resume_after, self.acked)
        self.forget(after)
        complete = self.seq == after or (len(self.kept) > 0 and self.kept[0].seq == after + 1)
        if not complete:
            self.kept.clear()
        self.send(resume=feed.Resume(after=after, complete=complete))
        for event in self.kept:
            self.send(event=event)

        legs = self.switch.snapshot()
        self.number(feed.Event(nothing=feed.Nothing()))  # holds the snapshot's number: sent again it is a new snapshot
        self.send(snapshot_begin=feed.SnapshotBegin(seq=self.seq, switch_at=now_us()))
        for first in range(0, len(legs), 100):
            self.send(snapshot_items=feed.SnapshotItems(legs=legs[first:first + 100]))
        self.send(snapshot_end=feed.SnapshotEnd(legs=len(legs)))
        for state in self.switch.devices():
            self.tell(device_state=state)
        print("connected", flush=True)

    def forget(self, seq):
        self.acked = max(self.acked, seq)
        while self.kept and self.kept[0].seq <= seq:
            self.kept.popleft()

    async def listen(self, reader):
        while True:
            frame = await asyncio.wait_for(self.receive(reader), SILENCE_S)
            what = frame.WhichOneof("message")
            if what == "ack":
                self.forget(frame.ack.seq)
            elif what == "heartbeat":
                self.server_ahead_us = frame.heartbeat.server_time - now_us()
                self.accepting = frame.heartbeat.accepting
            elif what == "command":
                status, reason = self.obey(frame.command)
                self.send(command_result=feed.CommandResult(id=frame.command.id, status=status, reason=reason))
            elif what == "error":
                raise ConnectionError(frame.error.text)
            elif what == "snapshot_request":
                raise ConnectionError("a snapshot was asked for: a new connection begins with one")

    def obey(self, command):
        if now_us() + self.server_ahead_us > command.deadline_at:
            return feed.COMMAND_STATUS_EXPIRED, ""
        if command.WhichOneof("body") not in self.capabilities:
            return feed.COMMAND_STATUS_UNSUPPORTED, ""
        return self.switch.execute(command)

    async def beat(self, writer):
        while not writer.is_closing():
            await asyncio.sleep(1)
            if time.monotonic() - self.sent_at >= HEARTBEAT_S:
                self.send(heartbeat=feed.Heartbeat())
        raise ConnectionError("closed")


@dataclasses.dataclass
class Leg:
    """One telephone's or trunk's part in a call."""
    created: feed.LegCreated
    state: int = feed.LEG_STATE_INITIATED
    bridge: str = ""
    entry: str = ""  # what he dialled, as long as he waits for the server's word
    no_answer: asyncio.TimerHandle | None = None


class Switch:
    """Telephones and callers."""

    CAPABILITIES = ["park", "ring", "answer", "bridge", "hold", "retrieve", "dtmf", "release", "end"]

    def __init__(self, name, token, phones):
        self.feed = Feed(name, token, self.CAPABILITIES, self)
        self.phones, self.busy = set(phones), set()
        self.legs = {}
        self.made = 0

    # --- what people do -------------------------------------------------------------------------

    def call(self, number, entry, *name):
        leg = self.create("c", device="trunk1", device_class=feed.DEVICE_CLASS_TRUNK, direction=feed.DIRECTION_INBOUND, ani=number,
                          caller_name=" ".join(name), dnis=entry)
        if not self.feed.accepting:  # without the server we route by ourselves: this switch has nobody else
            return self.gone(leg, feed.CAUSE_CONGESTION)
        self.legs[leg].entry = entry
        self.feed.tell(route_asked=feed.RouteAsked(native_id=leg, entry=entry))

    def answer(self, device):
        leg = self.leg_of(device)
        if leg is None:
            raise ValueError(f"{device} does not ring")
        self.legs[leg].no_answer.cancel()
        self.change(leg, feed.LEG_STATE_CONNECTED)

    def hangup(self, which):
        leg = which if which in self.legs else self.leg_of(which)
        if leg is None:
            raise ValueError(f"nobody talks at {which}")
        is_caller = self.legs[leg].created.device_class == feed.DEVICE_CLASS_TRUNK
        self.gone(leg, feed.CAUSE_NORMAL, feed.ENDED_BY_CUSTOMER if is_caller else feed.ENDED_BY_AGENT)

    def use(self, device, busy):
        (self.busy.add if busy else self.busy.discard)(device)
        self.feed.tell(device_state=feed.DeviceStateSeen(device=device, busy=busy, reachable=True))

    def act(self, line):
        """One line of standard input."""
        acts = {"call": self.call, "answer": self.answer, "hangup": self.hangup, "busy": lambda device: self.use(device, True),
                "free": lambda device: self.use(device, False), "cut": lambda: self.feed.writer.transport.abort()}
        word, *arguments = line.split()
        if word not in acts:
            raise ValueError(f"no such word: {word}; there are {', '.join(acts)}")
        acts[word](*arguments)

    # --- what the server asks -------------------------------------------------------------------

    def execute(self, command):
        body = command.WhichOneof("body")
        asked = getattr(command, body)
        named = [getattr(asked, field.name) for field, _ in asked.ListFields() if field.name.endswith("native_id")]
        unknown = [leg for leg in named if leg not in self.legs]
        if unknown:
            return feed.COMMAND_STATUS_FAILED, f"no leg {unknown[0]}"
        if body == "ring":
            return self.ring(command, asked)
        {"park": self.park, "answer": lambda asked: self.answer(self.legs[asked.native_id].created.device), "bridge": self.bridge,
         "hold": lambda asked: self.change(asked.customer_native_id, feed.LEG_STATE_HELD),
         "retrieve": lambda asked: self.change(asked.customer_native_id, feed.LEG_STATE_CONNECTED),
         "dtmf": lambda asked: print(f"digits {asked.native_id} {asked.digits}", flush=True),
         "release": lambda asked: self.gone(asked.native_id, feed.CAUSE_CONGESTION),
         "end": lambda asked: self.gone(asked.native_id, asked.cause or feed.CAUSE_NORMAL, feed.ENDED_BY_SERVER)}[body](asked)
        return feed.COMMAND_STATUS_ACCEPTED, ""

    def park(self, asked):
        """Also of a caller who talks: his agent hands him on."""
        leg = self.legs[asked.native_id]
        if leg.bridge:
            self.feed.tell(leg_left_bridge=feed.LegLeftBridge(native_id=asked.native_id, bridge=leg.bridge))
            leg.bridge = ""
        self.change(asked.native_id, feed.LEG_STATE_QUEUED)

    def ring(self, command, asked):
        if asked.device not in self.phones:
            return feed.COMMAND_STATUS_FAILED, f"no telephone {asked.device}"
        leg = self.create("a", device=asked.device, device_class=feed.DEVICE_CLASS_STATION, direction=feed.DIRECTION_OUTBOUND,
                          ani=asked.shown_number, caller_name=asked.shown_name,
                          tokens=feed.Tokens(contact=command.contact, offer=asked.offer, epoch=command.epoch))
        if asked.device in self.busy or self.leg_of(asked.device) != leg:
            self.gone(leg, feed.CAUSE_BUSY)
        else:
            self.change(leg, feed.LEG_STATE_ALERTING)
            wait = asked.timeout_ms / 1_000
            self.legs[leg].no_answer = asyncio.get_running_loop().call_later(wait, self.gone, leg, feed.CAUSE_NO_ANSWER)
        return feed.COMMAND_STATUS_ACCEPTED, ""

    def bridge(self, asked):
        self.made += 1
        for leg in (asked.customer_native_id, asked.agent_native_id):
            self.legs[leg].bridge, self.legs[leg].entry = f"b{self.made}", ""
            self.change(leg, feed.LEG_STATE_CONNECTED)
            self.feed.tell(leg_entered_bridge=feed.LegEnteredBridge(native_id=leg, bridge=self.legs[leg].bridge))

    # --- legs -----------------------------------------------------------------------------------

    def create(self, letter, **what):
        self.made += 1
        leg = f"{letter}{self.made}"
        self.legs[leg] = Leg(feed.LegCreated(native_id=leg, **what))
        self.feed.tell(leg_created=self.legs[leg].created)
        print(f"leg {leg} {what['device']}", flush=True)
        return leg

    def change(self, leg, state):
        if self.legs[leg].state == state:
            return
        self.legs[leg].state = state
        self.feed.tell(leg_state=feed.LegStateSeen(native_id=leg, state=state))
        print(f"state {leg} {feed.LegState.Name(state)[len('LEG_STATE_'):].lower()}", flush=True)

    def gone(self, leg, cause, by=feed.ENDED_BY_NETWORK):
        """Who talked to him has nobody left, and goes too."""
        left = self.legs.pop(leg)
        if left.no_answer:
            left.no_answer.cancel()
        self.feed.tell(leg_gone=feed.LegGone(native_id=leg, cause=cause, by=by))
        print(f"gone {leg} {feed.Cause.Name(cause)[len('CAUSE_'):].lower()}", flush=True)
        for other in [id for id, one in self.legs.items() if left.bridge and one.bridge == left.bridge]:
            self.gone(other, feed.CAUSE_NORMAL, by)

    def leg_of(self, device):
        return next((id for id, one in self.legs.items() if one.created.device == device and one.created.tokens.contact), None)

    def snapshot(self):
        return [feed.SnapshotLeg(leg=one.created, state=one.state, bridge=one.bridge, asks_route=one.entry != "", entry=one.entry)
                for one in self.legs.values()]

    def devices(self):
        return [feed.DeviceStateSeen(device=device, busy=True, reachable=True) for device in sorted(self.busy)]


async def people(switch):
    """Standard input, until it ends."""
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().strip():
        try:
            switch.act(line)
        except (TypeError, ValueError, AttributeError) as error:
            print(f"{line}: {error}", file=sys.stderr, flush=True)


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connect", default="127.0.0.1:8081", help="the server's feed.address and feed.port")
    parser.add_argument("--name", required=True, help="the switch's id in the centre document")
    parser.add_argument("--token-file", required=True)
    parser.add_argument("--phones", default="1001,1002")
    parser.add_argument("--tls", action="store_true")
    arguments = parser.parse_args()
    host, _, port = arguments.connect.rpartition(":")
    with open(arguments.token_file, encoding="utf-8") as file:
        switch = Switch(arguments.name, file.read().strip(), arguments.phones.split(","))
    feeding = asyncio.create_task(switch.feed.run(host, int(port), ssl.create_default_context() if arguments.tls else None))
    done, _ = await asyncio.wait([feeding, asyncio.create_task(people(switch))], return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()  # a fault of ours is shown


if __name__ == "__main__":
    asyncio.run(main())
