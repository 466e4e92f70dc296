import { useEffect } from 'preact/hooks';
import { t } from '../i18n';

/** The tab says what is going on: the agent may look at another one. */
export function use_title(text: string): void {
  const title = `${text} · ${t('app')}`;
  useEffect(() => { document.title = title; }, [title]);
}
