// What modules of the page expect of a browser when they are read outside one.
const kept = new Map();
globalThis.localStorage ??= { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key), key: (i) => [...kept.keys()][i] ?? null, get length() { return kept.size; } };
globalThis.sessionStorage ??= globalThis.localStorage;
if (!globalThis.navigator) Object.defineProperty(globalThis, 'navigator', { value: { language: 'en' } });
