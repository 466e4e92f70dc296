// The least that can hold callers in Stasis: connects as the application `callwright`, says it is alive once a
// second as the server does, answers who comes and does nothing more. Tests stop or kill it to learn what the switch does.
// Writes "connected" and then every event as a line of JSON.
import { request } from "node:http";
import { randomBytes } from "node:crypto";
import { Lab } from "./lab.mjs";

const lab = await Lab.open();
const { host, port, user, password, app } = lab.address.ari;

const alive = () => lab.ari("POST", "/asterisk/variable", { variable: "CALLWRIGHT_ALIVE", value: Math.floor(Date.now() / 1000) });

// Events of a server: unmasked text frames, each in one piece.
function* frames(state, data) {
  state.rest = Buffer.concat([state.rest, data]);
  for (;;) {
    if (state.rest.length < 2) return;
    let size = state.rest[1] & 127;
    let head = 2;
    if (size === 126) [size, head] = state.rest.length < 4 ? [Infinity, 4] : [state.rest.readUInt16BE(2), 4];
    else if (size === 127) [size, head] = state.rest.length < 10 ? [Infinity, 10] : [Number(state.rest.readBigUInt64BE(2)), 10];
    if (state.rest.length < head + size) return;
    yield { opcode: state.rest[0] & 15, text: state.rest.toString("utf8", head, head + size) };
    state.rest = state.rest.subarray(head + size);
  }
}

async function onEvent(event) {
  console.log(JSON.stringify(event));
  if (event.type === "StasisStart") await lab.ari("POST", `/channels/${event.channel.id}/answer`);
}

request({
  host, port, auth: `${user}:${password}`, path: `/ari/events?app=${app}`,
  headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": 13, "Sec-WebSocket-Key": randomBytes(16).toString("base64") },
}).on("upgrade", async (_, socket, head) => {
  const state = { rest: Buffer.alloc(0) };
  const take = (data) => { for (const frame of frames(state, data)) if (frame.opcode === 1) void onEvent(JSON.parse(frame.text)); };
  take(head);
  socket.on("data", take).on("close", () => process.exit(1));
  await alive();
  setInterval(alive, 1000);
  console.log("connected");
}).on("response", (answer) => { console.error(`ARI refused: ${answer.statusCode}`); process.exit(1); }).end();
