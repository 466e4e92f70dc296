import { effect, signal } from '@preact/signals';

// What one person likes on one machine: language, theme, row height, sound. Nothing of it goes to the server.

export const languages = ['en', 'zh-CN'] as const;
export type Language = (typeof languages)[number];
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const densities = ['compact', 'default', 'touch'] as const;
export type Density = (typeof densities)[number];

export const sounds = ['on', 'off'] as const;
export type Sound = (typeof sounds)[number];

export const language = signal<Language>(kept('language', languages) ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en'));
export const theme = signal<Theme>(kept('theme', themes) ?? 'system');
export const density = signal<Density>(kept('density', densities) ?? 'default');
/** Whether an offer of a written contact is heard. */
export const sound = signal<Sound>(kept('sound', sounds) ?? 'on');

export function start_prefs(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    keep('language', language.value);
  });
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    keep('theme', theme.value);
  });
  effect(() => {
    if (density.value === 'default') delete document.documentElement.dataset.density;
    else document.documentElement.dataset.density = density.value;
    keep('density', density.value);
  });
  effect(() => { keep('sound', sound.value); });
}

function kept<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  const value = localStorage.getItem('callwright.' + name);
  return allowed.find((one) => one === value);
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem('callwright.' + name, value);
  } catch {
    // a full or forbidden store costs only the memory of a preference
  }
}
