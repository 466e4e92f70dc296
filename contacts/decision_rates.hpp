#pragma once
#include "contacts/reader.hpp"
#include "journal/centre.hpp"
#include "journal/counterfactual.hpp"

namespace callwright::contacts {

/// Of what the terms of a decision are made: what the contact asked for then, and the rates of its queue as the document has them. Without a record
/// of the former it is what the queue asks for.
inline journal::Rates rates_of(const Decision& decision, const journal::Centre& centre) {
  journal::Rates rates;
  for (const journal::Queue& queue : centre.queues)
    if (queue.id == decision.offer.queue) rates = journal::Rates::of(queue);
  if (!decision.requirements.empty()) rates.requirements = decision.requirements;
  return rates;
}

}  // namespace callwright::contacts
