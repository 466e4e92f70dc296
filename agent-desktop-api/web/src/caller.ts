import { phone_text, plain } from './format';
import { t, tn } from './i18n';
import { type Candidates, type Card, type CardHead, type ContactView, is_written } from './wire';

// Who a contact is with, as far as anybody knows, and how sure we are.

export function card_of(contact: Pick<ContactView, 'card'>): Card | null {
  const card = contact.card;
  return card && 'customer' in card ? card : null;
}

export function heads_of(contact: Pick<ContactView, 'card' | 'match'>): CardHead[] {
  const card = contact.card as Partial<Candidates> | null;
  return contact.match === 'maybe' && card && Array.isArray(card.candidates) ? card.candidates : [];
}

/** The number, or the address from which it was written. */
export function number_of(contact: Pick<ContactView, 'e164' | 'ani' | 'channel'>): string {
  return phone_text(contact.e164 || contact.ani) || t(is_written(contact.channel) ? 'address.none' : 'number.withheld');
}

export function unknown_text(contact: Pick<ContactView, 'channel'>): string {
  return t(is_written(contact.channel) ? 'customer.unknown' : 'caller.unknown');
}

/** The short name for bands, tables and announcements. A guess is never shown as a name. */
export function caller_text(contact: ContactView): string {
  const card = card_of(contact);
  if (card) return plain(card.name, 80) || unknown_text(contact);
  if (contact.match === 'maybe') return tn('caller.one_of', contact.candidates.length || heads_of(contact).length);
  if (contact.match === 'known' || contact.match === 'chosen') return number_of(contact);
  if (is_written(contact.channel)) return plain(contact.caller_name, 80) || phone_text(contact.ani) || unknown_text(contact); // several stand side by side
  return unknown_text(contact);
}

/** For lists of contacts, which carry no cards: the name if there is one, else the number. */
export function floor_text(contact: ContactView): string {
  const card = card_of(contact);
  return (card && plain(card.name, 80)) || number_of(contact);
}

/** How sure we are about the name. */
export function surety_text(contact: ContactView): string {
  if (is_written(contact.channel)) {
    switch (contact.match) {
      case 'known': return t('match.address_known');
      case 'chosen': return t('match.chosen');
      case 'maybe': return t('match.address_shared');
      case 'none': return contact.ani ? t('match.address_unknown') : t('match.no_address');
    }
  }
  switch (contact.match) {
    case 'known': return t('match.known');
    case 'chosen': return t('match.chosen');
    case 'maybe': return t('match.maybe');
    case 'none': return contact.e164 || contact.ani ? t('match.none') : t('match.withheld');
  }
}

export function both_names(head: Pick<CardHead, 'name' | 'name_alt'>): string {
  const alt = plain(head.name_alt, 60);
  return alt && alt !== head.name ? `${plain(head.name, 80)} ${alt}` : plain(head.name, 80);
}
