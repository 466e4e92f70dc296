import { clock_text } from '../format';
import { note_field } from '../actions';
import { t } from '../i18n';
import { type Note, flush, is_too_long, note_of, write_note } from '../notes';
import { connection } from '../socket';
import { problem_word } from '../words';
import { Icon } from './icon';

/** The note of this contact. It saves itself; until the server has it, the browser keeps it. */
export function NotesPanel({ contact, about, guess }: { contact: string; about: string; guess?: boolean }) {
  const note = note_of(contact).value;
  return (
    <section class="pan grow fx notes" aria-label={t('notes')}>
      <h2 class="h">{t('notes')}<span class="sp" /><NoteStatus note={note} /></h2>
      <div class="fx grow pad">
        <textarea class="area" id={note_field} data-testid="note" aria-label={t('notes')} placeholder={guess ? t('notes.place_guess') : t('notes.place')} value={note.text}
          onInput={(event) => write_note(contact, event.currentTarget.value, about)} onBlur={() => flush(contact)} />
      </div>
    </section>
  );
}

/** Where the text is: with the server, on its way, or kept here, and why. */
export function NoteStatus({ note }: { note: Note }) {
  const saved = note.text === (note.acked ?? '');
  const too_long = is_too_long(note.text);
  const status = too_long ? t('notes.too_long')
    : note.refused ? t('notes.refused', { why: problem_word({ code: note.refused }) })
    : saved ? (note.saved_at ? t('notes.saved', { time: clock_text(note.saved_at) }) : t('notes.empty'))
    : note.delayed ? problem_word({ code: note.delayed })
    : connection.value === 'live' ? t('notes.saving') : t('notes.kept');
  return (
    <span class={`t12 row thin ${too_long || note.refused || (!saved && note.delayed) ? 'warn' : 'm'}`} data-testid="note-status" data-saved={saved && note.acked !== null}>
      {saved && note.saved_at ? <Icon name="check" /> : null}{status}
    </span>
  );
}
