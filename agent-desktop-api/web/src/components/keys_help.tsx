import { useEffect, useRef } from 'preact/hooks';
import { type Key, t } from '../i18n';
import { keys_open } from '../keys';

const rows: { keys: string; key: Key }[] = [
  { keys: 'Ctrl+Alt+A', key: 'keys.answer' },
  { keys: 'Ctrl+Alt+D', key: 'keys.decline' },
  { keys: 'Ctrl+Alt+H', key: 'keys.hold' },
  { keys: 'Ctrl+Alt+T', key: 'keys.transfer' },
  { keys: 'Ctrl+Alt+E', key: 'keys.end' },
  { keys: 'Ctrl+Alt+O', key: 'keys.open' },
  { keys: 'Ctrl+Alt+W', key: 'keys.done' },
  { keys: 'Ctrl+Alt+N P', key: 'keys.beside' },
  { keys: 'Ctrl+K', key: 'keys.search' },
  { keys: 'A D H E O W N P', key: 'keys.letters' },
  { keys: '0 1 2 3', key: 'keys.choose' },
  { keys: '?', key: 'keys.help' },
];

/** The list of keys. It stands beside the work, not over the customer. */
export function KeysHelp() {
  const open = keys_open.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.show();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog class="keys-help" ref={dialog} aria-labelledby="keys-title" data-testid="keys-help" onClose={() => { keys_open.value = false; }}
      onKeyDown={(event) => { if (event.key === 'Escape') keys_open.value = false; }}>
      <h2 class="h" id="keys-title">{t('keys')}<span class="sp" /><button type="button" class="btn sm" onClick={() => { keys_open.value = false; }}>{t('close')}</button></h2>
      <dl class="kv">{rows.map((row) => <><dt key={row.keys}><kbd>{row.keys}</kbd></dt><dd>{t(row.key)}</dd></>)}</dl>
    </dialog>
  );
}
