import { clock_text, plain } from '../format';
import { t } from '../i18n';
import { drop_note, flush, mend_note, note_of, stranded } from '../notes';
import { NoteStatus } from './notes_panel';

/** Notes that the server would not take and whose contact is gone: they stay in this browser until somebody mends or drops them. */
export function StrandedNotes() {
  return (
    <>
      {stranded.value.map((contact) => {
        const note = note_of(contact).value;
        const title = t('notes.stranded', { name: plain(note.about, 80) || t('caller.unknown'), time: clock_text(note.typed_at) });
        return (
          <section class="pan notes" key={contact} aria-label={title} data-testid="stranded-note" data-contact={contact}>
            <h2 class="h"><span class="cut">{title}</span><span class="sp" /><NoteStatus note={note} />
              <button type="button" class="btn sm" data-testid="drop-note" onClick={() => drop_note(contact)}>{t('notes.drop')}</button></h2>
            <div class="pad"><textarea class="area" data-testid="stranded-text" aria-label={title} value={note.text} onInput={(event) => mend_note(contact, event.currentTarget.value)} onBlur={() => flush(contact)} /></div>
          </section>
        );
      })}
    </>
  );
}
