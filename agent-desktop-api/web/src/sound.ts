import { computed, effect } from '@preact/signals';
import { sound } from './prefs';
import { hand } from './stores/desk';
import { is_written } from './wire';

// No phone rings for a written contact, and its agent may look at another tab: while one is offered the page sounds, two short
// notes every few seconds. A browser that was not touched yet keeps silent.

const every_s = 4;
const note_s = 0.16;
const notes_hz = [660, 880];
const loudness = 0.15;

const offered = computed(() => hand.value.find((one) => one.offer && is_written(one.contact.channel))?.offer?.offer ?? null);

export function start_sound(): void {
  let hush = () => { /* nothing sounds yet */ };
  effect(() => {
    hush();
    hush = offered.value && sound.value === 'on' ? sound_notes() : () => { /* nothing sounds */ };
  });
}

let context: AudioContext | null = null;

/** Gives what stops it. */
function sound_notes(): () => void {
  context ??= new AudioContext();
  const ours = context;
  const gain = new GainNode(ours, { gain: 0 });
  const tone = new OscillatorNode(ours);
  tone.connect(gain).connect(ours.destination);
  const play = () => {
    if (ours.state !== 'running') return;
    notes_hz.forEach((hertz, i) => {
      const at = ours.currentTime + i * note_s;
      tone.frequency.setValueAtTime(hertz, at);
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(loudness, at + 0.02);
      gain.gain.linearRampToValueAtTime(0, at + note_s);
    });
  };
  tone.start();
  void ours.resume().then(play, () => { /* not allowed yet */ });
  const timer = setInterval(play, every_s * 1000);
  return () => {
    clearInterval(timer);
    tone.stop();
    gain.disconnect();
  };
}
