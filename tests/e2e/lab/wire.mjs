// A wire between the server and the switch that a test can cut: a TCP relay on a port of its own.
//
//   const wire = await Wire.to(lab.address.ari.port);  // tell the server wire.port instead
//   wire.cut();     // both ends see their connections break, new ones are refused
//   wire.freeze();  // nothing passes and nobody is told: the network that swallows packets
//   wire.mend();
import { connect, createServer } from "node:net";

export class Wire {
  static async to(port) {
    const wire = new Wire(port);
    await new Promise((resolve) => wire.server_.listen(0, "127.0.0.1", resolve));
    return wire;
  }

  constructor(port) {
    this.state_ = "whole";
    this.sockets_ = new Set();
    this.server_ = createServer((near) => {
      if (this.state_ === "cut") return near.destroy();
      const far = connect(port, "127.0.0.1");
      for (const [socket, other] of [[near, far], [far, near]]) {
        this.sockets_.add(socket);
        socket.setNoDelay(true);
        socket.on("error", () => {});
        socket.on("data", (data) => other.write(data));
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

  close() {
    this.cut();
    this.server_.close();
  }
}
