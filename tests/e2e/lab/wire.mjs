// A wire between the server and the switch that a test can cut: a TCP relay on a port of its own.
//
//   const wire = await Wire.to(lab.address.ari.port);  // tell the server wire.port instead
//   wire.cut();     // both ends see their connections break, new ones are refused
//   wire.freeze();  // nothing passes and nobody is told: the network that swallows packets
//   wire.mend();
//   wire.deafen(); // of connections opened from now on, an Asterisk that reads no texts on its WebSocket, as before 20.14
//   wire.hear();
import { connect, createServer } from "node:net";

/** Passes everything that a client says but the texts on a WebSocket. */
function withoutTexts() {
  let rest = Buffer.alloc(0);
  let isSocket;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    const passed = [];
    const take = (size) => { const taken = rest.subarray(0, size); rest = rest.subarray(size); return taken; };
    if (isSocket === undefined) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return Buffer.alloc(0);
      isSocket = /^upgrade: *websocket/im.test(rest.toString("latin1", 0, end));
      passed.push(take(end + 4));
    }
    if (!isSocket) passed.push(take(rest.length));
    while (rest.length >= 2) {
      const short = rest[1] & 127;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (rest.length < head) break;
      const size = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
      const whole = head + 4 + size; // a client's frames are masked
      if (rest.length < whole) break;
      const frame = take(whole);
      if ((frame[0] & 15) !== 1) passed.push(frame);
    }
    return Buffer.concat(passed);
  };
}

export class Wire {
  static async to(port) {
    const wire = new Wire(port);
    await new Promise((resolve) => wire.server_.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  constructor(port) {
    this.state_ = "whole";
    this.deaf_ = false;
    this.sockets_ = new Set();
    this.server_ = createServer((near) => {
      if (this.state_ === "cut") return near.destroy();
      const far = connect(port, "127.0.0.1");
      const pass = this.deaf_ ? withoutTexts() : (data) => data;
      for (const [socket, other] of [[near, far], [far, near]]) {
        this.sockets_.add(socket);
        socket.setNoDelay(true);
        socket.on("error", () => {});
        socket.on("data", (data) => other.write(socket === near ? pass(data) : data));
        socket.on("end", () => other.end());
        socket.on("close", () => { this.sockets_.delete(socket); other.destroy(); });
        if (this.state_ === "frozen") socket.pause();
      }
    });
  }

  get port() { return this.server_.address().port; }

  cut() {
    this.state_ = "cut";
    for (const socket of this.sockets_) socket.destroy();
  }

  freeze() {
    this.state_ = "frozen";
    for (const socket of this.sockets_) socket.pause();
  }

  mend() {
    this.state_ = "whole";
    for (const socket of this.sockets_) socket.resume();
  }

  deafen() { this.deaf_ = true; }
  hear() { this.deaf_ = false; }

  close() {
    this.cut();
    this.server_.close();
  }
}
