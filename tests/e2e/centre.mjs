// The centre that the end-to-end tests run: the lab's phones as agents, queues that differ in one thing each.

// The more skilled first. Idle time counts nothing here, so skill alone decides.
export const AGENTS = [
  { id: "alice", name: "Alice Weber", device: "PJSIP/agent1", phone: "agent1", level: 90 },
  { id: "bob", name: "Bob Lindner", device: "PJSIP/agent2", phone: "agent2", level: 60 },
  { id: "carol", name: "Carol Jung", device: "PJSIP/agent3", phone: "agent3", level: 50 },
  // An account without phone, more skilled than everybody: he would get every call, could he be reached.
  { id: "nora", name: "Nora Ahrens", device: "PJSIP/agent9", phone: null, level: 100 },
];

const QUEUES = [
  { number: "4000", id: "plain", ring: "20s", wrapUp: "0s" },
  { number: "4001", id: "work", ring: "20s", wrapUp: "30s", dispositions: ["solved", "callback"] },
  { number: "4002", id: "hasty", ring: "2s", wrapUp: "0s" },
  { number: "4003", id: "together", ring: "20s", wrapUp: "0s", strategy: "ring_all" },
  { number: "4004", id: "board", ring: "20s", wrapUp: "0s", strategy: "claim" },
  // Its callers hear their place after a second, and then something that takes half a minute.
  { number: "4005", id: "told", ring: "20s", wrapUp: "0s", tables: `[[queue.announcement]]
after = "1s"
what = ["position", "media:lab/long"]
` },
  { number: "4006", id: "alarm", ring: "20s", wrapUp: "0s", keys: `emergency = "queue"
emergency_to = "plain"
emergency_message = "lab/short"
` },
  { number: "4007", id: "silent", ring: "20s", wrapUp: "0s", keys: `greeting = ["media:lab/no-such-sound", "media:lab/short"]
` },
];
/** What to dial for each queue. */
export const NUMBER = Object.fromEntries(QUEUES.map((queue) => [queue.id, queue.number]));

const text = JSON.stringify; // TOML's basic strings are JSON's, as far as these go

export function centreDocument({ ariUrl, user, app }) {
  const queues = QUEUES.map((queue) => `[[queue]]
id = ${text(queue.id)}
name = ${text(`Queue ${queue.id}`)}
requirements = [{ skill = "repairs", kind = "required", min_level = 40, weight = 3 }]
idle_per_minute = 0
strategy = ${text(queue.strategy ?? "best")}
ring_timeout = ${text(queue.ring)}
exclude_after_rona = "60s"
wrap_up = ${text(queue.wrapUp)}
service_level = "20s"
short_abandon = "500ms"
dispositions = ${text(queue.dispositions ?? [])}
callbacks = true
callback_retry = "1m"
${queue.keys ?? ""}
${queue.tables ?? ""}
[[entry]]
switch = "lab"
number = ${text(queue.number)}
queue = ${text(queue.id)}
`);
  const agents = AGENTS.map((agent) => `[[agent]]
id = ${text(agent.id)}
name = ${text(agent.name)}
switch = "lab"
device = ${text(agent.device)}
skills = [{ skill = "repairs", level = ${agent.level} }]
queues = [${QUEUES.map((queue) => `{ queue = ${text(queue.id)} }`).join(", ")}]
`);
  return `name = "Lab"
time_zone = "Europe/Berlin"

[[skill]]
id = "repairs"
name = "Repairs"

[[disposition]]
code = "solved"
name = "Solved on the phone"
[[disposition]]
code = "callback"
name = "Call back promised"

[[pause_reason]]
code = "break"
name = "Break"

[[switch]]
id = "lab"
kind = "asterisk"
url = ${text(ariUrl)}
username = ${text(user)}
secret = "lab"
app = ${text(app)}
fallback_context = "fallback"
dial = "PJSIP/{number}@trunk"
shown_number = "+493022600000"
[[switch.trunk]]
name = "*"
default_region = "DE"
digits_are_international = true

${[...queues, ...agents].join("\n")}`;
}

/** The lab's own queues, observed over the manager interface: what to dial, ours, the switch's. */
export const OBSERVED = [
  { number: "5011", id: "support", name: "support-en" },
  { number: "5012", id: "sales", name: "sales-en" },
];
export const OBSERVED_AGENTS = AGENTS.slice(0, 2);

export const observedDocument = ({ host, port, user }) => `name = "Lab"
time_zone = "Europe/Berlin"
[[disposition]]
code = "solved"
name = "Solved on the phone"
[[switch]]
id = "lab"
kind = "asterisk"
url = ${text(`ami://${host}:${port}`)}
username = ${text(user)}
secret = "lab"
[[switch.trunk]]
name = "*"
default_region = "DE"
digits_are_international = true
${OBSERVED.map((queue) => `[[queue]]
id = ${text(queue.id)}
name = ${text(`Queue ${queue.id}`)}
observed = { switch = "lab", name = ${text(queue.name)} }
service_level = "20s"
short_abandon = "500ms"
dispositions = ["solved"]
`).join("")}${OBSERVED_AGENTS.map((agent) => `[[agent]]
id = ${text(agent.id)}
name = ${text(agent.name)}
switch = "lab"
device = ${text(agent.device)}
queues = [${OBSERVED.map((queue) => `{ queue = ${text(queue.id)} }`).join(", ")}]
`).join("")}`;

/** Customers that the store holds from the start; `from` is what their phones send. */
export const CUSTOMERS = Array.from({ length: 40 }, (_, i) => {
  const number = `4930226100${String(i).padStart(2, "0")}`;
  return { from: number, e164: `+${number}`, name: i % 4 === 3 ? `王小明 ${i}` : `Erika Mustermann ${i}`, account: `A-${1000 + i}` };
});
export const UNKNOWN = Array.from({ length: 10 }, (_, i) => `493022620${String(i).padStart(3, "0")}`);

export const customersCsv = () =>
  ["name,account,phone,tier", ...CUSTOMERS.map((each) => `${each.name},${each.account},${each.e164},gold`), ""].join("\n");

/** The same in small, for the simulated switch over the feed: one queue, one agent. */
export const FEED_CENTRE = `name = "Feed"
time_zone = "Europe/Berlin"
[[skill]]
id = "repairs"
name = "Repairs"
[[pause_reason]]
code = "break"
name = "Break"
[[switch]]
id = "lab"
kind = "feed"
secret = "lab"
[[switch.trunk]]
name = "*"
default_region = "DE"
[[queue]]
id = "plain"
name = "Queue plain"
requirements = [{ skill = "repairs", kind = "required", min_level = 40, weight = 3 }]
ring_timeout = "20s"
wrap_up = "0s"
service_level = "20s"
[[entry]]
switch = "lab"
number = "4001"
queue = "plain"
[[agent]]
id = "alice"
name = "Alice Weber"
switch = "lab"
device = "1001"
skills = [{ skill = "repairs", level = 90 }]
queues = [{ queue = "plain" }]
`;
