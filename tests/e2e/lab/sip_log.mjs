// Reads what SIPp's -trace_msg writes, while it writes it.
//
// A message is { at, direction: "sent" | "received", first, kind, callId, text }: `at` in milliseconds since the
// epoch with microseconds behind the point (SIPp must run with TZ=UTC), `kind` is the status code of an answer
// or the method of a request.
import { closeSync, existsSync, openSync, readSync } from "node:fs";

const SEPARATOR = "-----------------------------------------------";

const HEAD = /^-+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{6})\n\w+ message (sent|received) [([](\d+)[^\n]*\n\n/;

// Undefined for what is no message, and for one that is not wholly written yet.
function parseMessage(section) {
  const head = HEAD.exec(section);
  if (!head) return undefined;
  const [whole, date, time, micros, direction, size] = head;
  const text = section.slice(whole.length);
  if (text.length < Number(size)) return undefined;
  const first = text.split(/\r?\n/, 1)[0];
  return {
    at: Date.parse(`${date}T${time}Z`) + Number(micros) / 1000,
    direction,
    first,
    kind: first.startsWith("SIP/2.0 ") ? first.split(" ")[1] : first.split(" ")[0],
    callId: /^Call-ID:\s*(\S+)/im.exec(text)?.[1],
    text,
  };
}

export class SipLog {
  constructor(path) {
    this.path_ = path;
    this.offset_ = 0;
    this.pending_ = "";
  }

  /** Messages wholly written since the last call. */
  read() {
    if (!existsSync(this.path_)) return [];
    const file = openSync(this.path_, "r");
    const chunk = Buffer.alloc(65536);
    let size;
    while ((size = readSync(file, chunk, 0, chunk.length, this.offset_)) > 0) {
      this.pending_ += chunk.toString("latin1", 0, size);
      this.offset_ += size;
    }
    closeSync(file);
    const sections = this.pending_.split(new RegExp(`(?=^${SEPARATOR} )`, "m"));
    this.pending_ = "";
    const messages = sections.map(parseMessage);
    if (sections.length > 0 && messages.at(-1) === undefined) this.pending_ = sections.at(-1);
    return messages.filter(Boolean);
  }
}
