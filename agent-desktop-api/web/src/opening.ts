/**
 * The address at which a written contact is worked on, if it may be opened: http, https, or a path on the page's own host. Null: it is not more than
 * a text.
 */
export function opening(url: string | null | undefined, origin: string): string | null {
  const text = url ?? '';
  const is_path = /^\/(?![/\\])/.test(text);
  if (!is_path && !/^https?:\/\//i.test(text)) return null;
  try {
    const address = new URL(text, origin);
    return is_path && address.origin !== origin ? null : address.href; // a tab inside a path may hide a second slash
  } catch {
    return null;
  }
}
