import { signal } from '@preact/signals';

// Which view is shown. The address after # keeps it over a reload: #/desk, #/live, #/contacts, #/contacts/ID, #/contacts/ID/N.

export type Route =
  | { view: 'desk' }
  | { view: 'live' }
  | { view: 'contacts' }
  | { view: 'contact'; contact: string }
  | { view: 'why'; contact: string; decision: string };

export const route = signal<Route>({ view: 'desk' });

export function start_router(): void {
  const read = () => { route.value = parse(location.hash); };
  addEventListener('hashchange', read);
  read();
}

export function parse(hash: string): Route {
  const [first, contact, decision] = hash.replace(/^#\/?/, '').split('/').map(safe_decode);
  if (first === 'live') return { view: 'live' };
  if (first === 'contacts') {
    if (contact && decision) return { view: 'why', contact, decision };
    if (contact) return { view: 'contact', contact };
    return { view: 'contacts' };
  }
  return { view: 'desk' };
}

export function go(...path: string[]): void {
  location.hash = href(...path).slice(1);
}

export function href(...path: string[]): string {
  return '#/' + path.map(encodeURIComponent).join('/');
}

function safe_decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
