import { clock_text } from '../format';
import { t } from '../i18n';
import { flush, note_limit_bytes, note_of, write_note } from '../notes';
import { connection } from '../socket';
import { problem_word } from '../words';
import { Icon } from './icon';

/** The note of this contact. It saves itself; until the server has it, the browser keeps it. */
export function NotesPanel({ contact, guess }: { contact: string; guess?: boolean }) {
  const note = note_of(contact).value;
  const saved = note.text === (note.acked ?? '');
  const too_long = new TextEncoder().encode(note.text).length > note_limit_bytes;
  const status = too_long ? t('notes.too_long')
    : note.refused ? t('notes.refused', { why: problem_word({ code: note.refused }) })
    : saved ? (note.saved_at ? t('notes.saved', { time: clock_text(note.saved_at) }) : t('notes.empty'))
    : connection.value === 'live' ? t('notes.saving') : t('notes.kept');
  return (
    <section class="pan grow fx notes" aria-label={t('notes')}>
      <h2 class="h">{t('notes')}<span class="sp" />
        <span class={`t12 row thin ${too_long || note.refused ? 'warn' : 'm'}`} data-testid="note-status" data-saved={saved && note.acked !== null}>{saved && note.saved_at ? <Icon name="check" /> : null}{status}</span>
      </h2>
      <div class="fx grow pad">
        <textarea class="area" data-testid="note" aria-label={t('notes')} placeholder={guess ? t('notes.place_guess') : t('notes.place')} value={note.text}
          onInput={(event) => write_note(contact, event.currentTarget.value)} onBlur={() => flush(contact)} />
      </div>
    </section>
  );
}
