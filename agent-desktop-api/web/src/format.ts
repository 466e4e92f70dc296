import { language } from './prefs';
import { centre } from './stores/centre';
import { t } from './i18n';
import type { Micros, Moment } from './wire';

// Numbers, times and names as UI.md section 7 writes them. Moments are shown in the centre's time zone.

export const dash = '—';

/** 0:09, 6:31, 1:02:10. Never negative. */
export function length_text(length: Micros): string {
  const seconds = Math.max(0, Math.floor(length / 1_000_000));
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = String(seconds % 60).padStart(2, '0');
  return h ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

export function since_text(from: Moment | undefined, now: Micros): string {
  return from ? length_text(now - from) : dash;
}

/** "6 days ago", "6 天前". */
export function age_text(at: Moment | undefined, now: Micros): string {
  if (!at) return dash;
  const seconds = Math.max(0, Math.round((now - at) / 1_000_000));
  const steps: [number, Intl.RelativeTimeFormatUnit][] =
    [[60, 'second'], [3600, 'minute'], [86_400, 'hour'], [14 * 86_400, 'day'], [60 * 86_400, 'week'], [730 * 86_400, 'month'], [Infinity, 'year']];
  const sizes: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_629_800, year: 31_557_600 };
  const unit = steps.find(([limit]) => seconds < limit)![1];
  if (unit === 'second') return t('time.just_now');
  const n = Math.max(1, Math.floor(seconds / sizes[unit]!));
  return spaced(new Intl.RelativeTimeFormat(language.value, { numeric: 'always' }).format(-n, unit));
}

/** Chinese keeps a space between its characters and digits. */
export function spaced(text: string): string {
  return text.replace(/(\d)(?=[\u4e00-\u9fff])/g, '$1 ').replace(/([\u4e00-\u9fff])(?=\d)/g, '$1 ');
}

function parts(at: Micros, options: Intl.DateTimeFormatOptions): Record<string, string> {
  const given = { ...options, hourCycle: 'h23' as const };
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-GB', { ...given, timeZone: centre.value?.time_zone || 'UTC' });
  } catch {
    format = new Intl.DateTimeFormat('en-GB', { ...given, timeZone: 'UTC' });
  }
  return Object.fromEntries(format.formatToParts(at / 1000).map((part) => [part.type, part.value]));
}

/** 10:48:30 */
export function clock_text(at: Moment | undefined): string {
  if (!at) return dash;
  const p = parts(at, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return `${p.hour}:${p.minute}:${p.second}`;
}

/** 10:41:58.118 */
export function clock_ms_text(at: Moment | undefined): string {
  if (!at) return dash;
  return `${clock_text(at)}.${String(Math.floor((at % 1_000_000) / 1000)).padStart(3, '0')}`;
}

/** "17 Nov", "11-17"; with the year when it is another one. */
export function day_text(at: Moment | undefined, now: Micros): string {
  if (!at) return dash;
  const p = parts(at, { day: 'numeric', month: 'short', year: 'numeric' });
  const n = parts(at, { day: '2-digit', month: '2-digit' });
  const same_year = p.year === parts(now, { year: 'numeric' }).year;
  if (language.value === 'zh-CN') return same_year ? `${n.month}-${n.day}` : `${p.year}-${n.month}-${n.day}`;
  const month = p.month!.slice(0, 3); // not "Sept"
  return same_year ? `${p.day} ${month}` : `${p.day} ${month} ${p.year}`;
}

/** "10:31" today, "17 Nov 10:31" otherwise. */
export function when_text(at: Moment | undefined, now: Micros): string {
  if (!at) return dash;
  const p = parts(at, { hour: '2-digit', minute: '2-digit' });
  const time = `${p.hour}:${p.minute}`;
  return day_text(at, now) === day_text(now, now) ? time : `${day_text(at, now)} ${time}`;
}

export function year_text(at: Moment | undefined): string {
  return at ? parts(at, { year: 'numeric' }).year! : dash;
}

/** "Mar 2023", "2023 年 3 月" */
export function month_text(at: Moment | undefined): string {
  if (!at) return dash;
  if (language.value === 'zh-CN') {
    const p = parts(at, { year: 'numeric', month: 'numeric' });
    return `${p.year} 年 ${Number(p.month)} 月`;
  }
  const p = parts(at, { year: 'numeric', month: 'short' });
  return `${p.month!.slice(0, 3)} ${p.year}`;
}

export function number_text(n: number): string {
  return new Intl.NumberFormat(language.value).format(n);
}

export function money_text(minor: number | null | undefined, currency: string | null | undefined): string {
  if (minor == null) return dash;
  try {
    const format = new Intl.NumberFormat(language.value, { style: 'currency', currency: currency || 'XXX', currencyDisplay: 'narrowSymbol', maximumFractionDigits: 0 });
    const digits = new Intl.NumberFormat('en', { style: 'currency', currency: currency || 'XXX' }).resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(minor / 10 ** digits);
  } catch {
    return `${number_text(Math.round(minor / 100))} ${currency ?? ''}`.trim();
  }
}

/** Points of a score, to a tenth, with a true minus. */
export function points_text(points: number): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: 1 }).format(points).replace('-', '−');
}

/** A signed difference with a true minus: +30, −30, 0. */
export function signed_text(n: number): string {
  const text = points_text(Math.abs(n));
  return text === '0' ? text : (n > 0 ? '+' : '−') + text;
}

/**
 * Text from outside, made safe to lay out: control characters and line breaks become spaces, and what is longer than `limit`
 * is cut with a mark. It is still only ever inserted as text.
 */
export function plain(text: string | null | undefined, limit = 200): string {
  if (!text) return '';
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').replace(/\s+/g, ' ').trim();
  const points = [...clean.slice(0, limit * 2 + 2)];
  return points.length > limit ? points.slice(0, limit).join('') + '…' : clean;
}

const long_codes = /^(?:2[1-689]\d|3[578]\d|42\d|5[09]\d|6[789]\d|8[058]\d|9[679]\d)/;

/** An international number in groups that can be read aloud; anything else as it came. For the eye only. */
export function phone_text(number: string | null | undefined): string {
  const text = plain(number, 40);
  const digits = /^\+(\d{7,15})$/.exec(text)?.[1];
  if (!digits) return text;
  const code = digits.startsWith('1') || digits.startsWith('7') ? digits[0]! : digits.slice(0, long_codes.test(digits) ? 3 : 2);
  const rest = digits.slice(code.length);
  let groups: string[];
  if (code === '44') groups = rest.startsWith('2') ? [rest.slice(0, 2), rest.slice(2, 6), rest.slice(6)] : [rest.slice(0, 4), rest.slice(4)];
  else if (code === '86' && rest.length === 11) groups = [rest.slice(0, 3), rest.slice(3, 7), rest.slice(7)];
  else if (code === '86') groups = /^(10|2)/.test(rest) ? [rest.slice(0, 2), rest.slice(2, 6), rest.slice(6)] : [rest.slice(0, 3), rest.slice(3, 7), rest.slice(7)];
  else if (code === '1') groups = [rest.slice(0, 3), rest.slice(3, 6), rest.slice(6)];
  else groups = rest.match(/\d{1,4}(?=(?:\d{4})*$)/g) ?? [rest];
  return `+${code} ${groups.filter(Boolean).join(' ')}`;
}
