import { signal } from '@preact/signals';
import { language } from '../prefs';
import { t } from '../i18n';
import type { Centre, Named } from '../wire';

// The centre document's head: names of queues, skills, reasons and outcomes, in the reader's language.

export const centre = signal<Centre | null>(null);

export function local_name(named: Named | undefined, fallback: string): string {
  if (!named) return fallback;
  return (language.value === 'zh-CN' ? named.name_zh || named.name : named.name || named.name_zh) || fallback;
}

export function queue_name(queue: string | null | undefined): string {
  if (!queue) return t('none');
  return local_name(centre.value?.queues.find((one) => one.id === queue), queue);
}
export function queue_of(queue: string | null | undefined) {
  return centre.value?.queues.find((one) => one.id === queue);
}
export function skill_name(skill: string | null | undefined): string {
  if (!skill) return t('none');
  return local_name(centre.value?.skills.find((one) => one.id === skill), skill);
}
export function agent_name(agent: string | null | undefined): string {
  if (!agent) return t('none');
  return centre.value?.agents.find((one) => one.id === agent)?.name ?? agent;
}
export function disposition_name(code: string | null | undefined): string {
  if (!code) return '';
  return local_name(centre.value?.dispositions.find((one) => one.code === code), code);
}

/** Reasons that the server gives itself, beside those that the centre declares. */
export function reason_name(code: string | null | undefined): string {
  switch (code) {
    case null: case undefined: case '': return '';
    case 'no_answer': return t('reason.no_answer');
    case 'connection_lost': return t('reason.connection_lost');
    case 'signed_in': return t('reason.signed_in');
    case 'signing_out': return t('reason.signing_out');
    case 'handed_over': return t('reason.handed_over');
    case 'supervisor': return t('reason.supervisor');
    default: return local_name(centre.value?.pause_reasons.find((one) => one.code === code), code);
  }
}
