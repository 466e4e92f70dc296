import en from './i18n/en.json';
import zh from './i18n/zh-CN.json';
import { type Language, language } from './prefs';

// Text by key, in the language of the moment. English is the list of keys; a test holds Chinese and every use against it.

export type Key = keyof typeof en;
type Params = Record<string, string | number>;

const words: Record<Language, Record<string, string>> = { en, 'zh-CN': zh };

/** The text of `key` with every {name} filled in. A component that calls it follows the language. */
export function t(key: Key, params: Params = {}): string {
  const text = words[language.value][key] ?? en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string, at: number) => {
    if (!(name in params)) return whole;
    const value = String(params[name]);
    const before = ideograph.test(text[at - 1] ?? '') && latin.test(value[0] ?? '') ? ' ' : '';
    const after = ideograph.test(text[at + whole.length] ?? '') && latin.test(value.at(-1) ?? '') ? ' ' : '';
    return before + value + after;
  });
}

// Chinese text keeps a space beside Latin letters and digits; what was filled in is not changed inside.
const ideograph = /[\u4e00-\u9fff]/;
const latin = /[A-Za-z0-9]/;

type Counted<K> = K extends `${infer Stem}.one` ? Stem : never;

/** The text of `key.one` or `key.other` for `n`, which is also {n}. */
export function tn(key: Counted<Key>, n: number, params: Params = {}): string {
  const form = new Intl.PluralRules(language.value).select(n) === 'one' ? 'one' : 'other';
  return t(`${key}.${form}` as Key, { n: new Intl.NumberFormat(language.value).format(n), ...params });
}
