// Fills the SIPp scenarios of sipp/: names, times and the parts that repeat.
import { readFileSync } from "node:fs";

// SIPp knows no "never" for a wait.
export const NEVER_MS = 86_400_000;

const sdp = (version, direction) => `v=0
o=sipp 53655765 ${version} IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio {{media_port}} RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=${direction}
`;

const ringing = `<send><![CDATA[

SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=[pid]s[call_number]
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:{{user}}@[local_ip]:[local_port]>
Content-Length: 0

]]></send>`;

const reinvite = (cseq, direction) => `<send retrans="500"><![CDATA[

INVITE [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[pid]s[call_number]
To:[$from]
[last_Call-ID:]
CSeq: ${cseq} INVITE
Contact: <sip:{{user}}@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

${sdp(cseq, direction)}
]]></send>
<recv response="100" optional="true"/>
<recv response="200" rrs="true"/>
<send><![CDATA[

ACK [$contact] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From:[$to];tag=[pid]s[call_number]
To:[$from]
[last_Call-ID:]
CSeq: ${cseq} ACK
Max-Forwards: 70
Content-Length: 0

]]></send>`;

// SIPp cannot count CSeq upwards in a loop, so the rounds of talk and hold are written out.
const HOLDS = 4;

function conversation(talkMs) {
  const rounds = [];
  for (let n = 1; n <= HOLDS; n++) {
    rounds.push(`<recv request="BYE" optional="true" next="bye_received" timeout="${talkMs}" ontimeout="hang_up"/>
<recv request="MESSAGE" optional="true" next="hold_${n}"/>
<recv request="OPTIONS" optional="true" next="refer"><action><ereg regexp="sip:[^&gt;]*" search_in="hdr" header="Refer-To:" assign_to="refer_to"/></action></recv>
<recv request="INFO" next="hang_up"/>

<label id="hold_${n}"/>
${reinvite(100 + 2 * n, "sendonly")}
<recv request="BYE" optional="true" next="bye_received"/>
<recv request="MESSAGE" optional="true" next="retrieve_${n}"/>
<recv request="INFO" next="hang_up"/>

<label id="retrieve_${n}"/>
${reinvite(101 + 2 * n, "sendrecv")}`);
  }
  return rounds.join("\n");
}

const refusals = [400, 403, 404, 408, 480, 486, 488, 500, 503, 600, 603]
  .map((code) => `<recv response="${code}" optional="true" next="refused"/>`)
  .join("\n");

// 0 would mean no time-out at all.
const ms = (time) => Math.max(1, time);

function fill(name, values) {
  let text = readFileSync(new URL(`sipp/${name}.xml`, import.meta.url), "utf8");
  // Three times: parts contain marks of their own.
  for (let pass = 0; pass < 3; pass++) {
    text = text.replace(/\{\{(\w+)\}\}/g, (mark, key) => String(values[key] ?? mark));
  }
  return text;
}

export function agentScenario({ user, busy, answerAfterMs, talkMs }) {
  return fill("agent", {
    user,
    answer_after_ms: ms(answerAfterMs),
    ringing: busy ? '<nop next="busy"/>' : ringing,
    sdp_1_sendrecv: sdp(1, "sendrecv"),
    conversation: conversation(ms(talkMs)),
    media_port: "[media_port]",
  });
}

// `[` begins a SIPp keyword and `]]>` ends the message, so both are escaped; a quoted string escapes " and \.
const quoted = (text) => text.replace(/[\\"]/g, "\\$&").replace(/\[/g, "\\x5b").replaceAll("]]>", "]] >");

export function callerScenario({ user, name, patienceMs, talkMs }) {
  return fill("caller", {
    user,
    display: name === undefined ? "" : `"${quoted(name)}" `,
    patience_ms: ms(patienceMs),
    talk_ms: ms(talkMs),
    refusals,
    sdp_1_sendrecv: sdp(1, "sendrecv"),
    media_port: "[rtpstream_audio_port]",
  });
}
