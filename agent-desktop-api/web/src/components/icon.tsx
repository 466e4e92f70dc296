import type { JSX } from 'preact';

// Icons (16 px, drawn in lines) and the shapes of the eight states (14 px, filled). A shape never stands without its word.

const icons = {
  phone: () => <path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z"/>,
  in: () => <path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1zM20 4l-5 5M15 5v4h4"/>,
  out: () => <path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1zM15 9l5-5M16 4h4v4"/>,
  missed: () => <path d="M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1zM15 4l5 5M20 4l-5 5"/>,
  hang: () => <path d="M3 15v-3c5-5 13-5 18 0v3l-5-1v-3c-2-1-6-1-8 0v3z"/>,
  pause: () => <path d="M8 5v14M16 5v14"/>,
  add: () => <path d="M12 5v14M5 12h14"/>,
  mail: () => <path d="M3 6h18v12H3zM3 7l9 6 9-6"/>,
  chat: () => <path d="M4 5h16v11H10l-5 4v-4H4z"/>,
  clock: () => <><circle cx="12" cy="12" r="8"/><path d="M12 7v5l3 2"/></>,
  check: () => <path d="M5 12l5 5L19 7"/>,
  down: () => <path d="M6 9l6 6 6-6"/>,
  right: () => <path d="M9 6l6 6-6 6"/>,
  search: () => <><circle cx="11" cy="11" r="6"/><path d="M16 16l4 4"/></>,
  warn: () => <path d="M12 4l9 16H3zM12 10v4M12 17h.01"/>,
  head: () => <path d="M4 14v-2a8 8 0 0 1 16 0v2M4 14h3v5H5a1 1 0 0 1-1-1zM20 14h-3v5h2a1 1 0 0 0 1-1z"/>,
  x: () => <path d="M6 6l12 12M18 6L6 18"/>,
  link: () => <path d="M5 12h14M13 6l6 6-6 6"/>,
  user: () => <><circle cx="12" cy="8" r="4"/><path d="M4 20a8 8 0 0 1 16 0"/></>,
  keys: () => <path d="M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8"/>,
  page: () => <path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h7"/>,
  open: () => <path d="M14 4h6v6M20 4l-9 9M17 14v6H4V7h6"/>,
  home: () => <path d="M4 11l8-7 8 7v9H4zM10 20v-6h4v6"/>,
};
export type IconName = keyof typeof icons;

const shapes = {
  ready: () => <circle cx="8" cy="8" r="6"/>,
  ringing: () => <><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/><circle cx="8" cy="8" r="2.5"/></>,
  talking: () => <path d="M1 8c2-7 4-7 7 0s5 7 7 0" fill="none" stroke="currentColor" stroke-width="2.5" stroke-linecap="round"/>,
  hold: () => <path d="M3 2h4v12H3zM9 2h4v12H9z"/>,
  wrapup: () => <><path d="M8 2a6 6 0 0 0 0 12z"/><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/></>,
  notready: () => <path d="M2 2h12v12H2z"/>,
  offline: () => <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>,
  breach: () => <path fill-rule="evenodd" d="M8 1l7.5 14H.5zM7 6v5h2V6zm0 6v2h2v-2z"/>,
};
export type ShapeName = keyof typeof shapes;

export function Icon({ name }: { name: IconName }): JSX.Element {
  return <svg class="i" viewBox="0 0 24 24" aria-hidden="true">{icons[name]()}</svg>;
}

export function Shape({ name }: { name: ShapeName }): JSX.Element {
  return <svg class={`s shape-${name}`} viewBox="0 0 16 16" aria-hidden="true">{shapes[name]()}</svg>;
}
