// Writes a sound file: `node tone.mjs wav FILE` is the lab's music on hold (8 kHz, 16 bit, a slow arpeggio),
// `node tone.mjs sound SECONDS FILE...` sounds for announcements (330 Hz), `node tone.mjs ulaw FILE` what its phones say (440 Hz, G.711 mu-law), which SIPp sends as RTP.
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const RATE = 8000;

function sine(hertz, seconds) {
  const samples = new Int16Array(RATE * seconds);
  for (let i = 0; i < samples.length; i++) samples[i] = 8000 * Math.sin((2 * Math.PI * hertz * i) / RATE);
  return samples;
}

function wav(samples) {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write("RIFF", 0);
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write("WAVEfmt ", 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // mono
  file.writeUInt32LE(RATE, 24);
  file.writeUInt32LE(RATE * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36);
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, i) => file.writeInt16LE(sample, 44 + i * 2));
  return file;
}

// G.711: sign, 3 bits of exponent, 4 bits of mantissa, all inverted.
function muLaw(sample) {
  const magnitude = Math.min(Math.abs(sample), 32635) + 132;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 128 : 0) | (exponent << 4) | mantissa) & 255;
}

export function music() {
  return wav(Int16Array.from([262, 330, 392, 523].flatMap((hertz) => [...sine(hertz, 1)])));
}

export function voice() {
  return Buffer.from([...sine(440, 2)].map(muLaw));
}

export function sound(seconds) {
  return wav(sine(330, seconds));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [kind, ...rest] = process.argv.slice(2);
  if (kind === "sound") for (const path of rest.slice(1)) writeFileSync(path, sound(Number(rest[0])));
  else writeFileSync(rest[0], kind === "wav" ? music() : voice());
}
