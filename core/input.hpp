#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/instant.hpp"
#include "core/views/request.hpp"
#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"
#include "journal/attributes.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"

/// The one way into the core: every outside happening, stamped with its Instant by the thread that runs the core.
namespace callwright::core {

/// The reader's answer to `FindCustomer`.
struct CustomerFound {
  ContactId contact;
  journal::Match match = journal::Match::none;
  CustomerId customer;
  std::vector<CustomerId> candidates;
  std::string e164;
  std::shared_ptr<const std::string> card;  ///< see ContactView
  journal::CustomerTraits traits;           ///< of a known customer
};
struct CentreChanged { std::shared_ptr<const journal::Centre> centre; };
struct LinkDeclared {  ///< what a link can do, told once it is connected
  SwitchId switch_id;
  cti::model::Capabilities capabilities;
};
struct TimerDue {};         ///< `Core::next_due` has come
struct StoreFull {};
struct StoreRecovered {
  std::vector<ContactId> contacts_lost;  ///< dropped whole, with all that is still said about them
  std::int64_t facts_lost = 0;
};
struct WallStepped { std::int64_t step_us = 0; };
struct DrainStarted {};     ///< no new contacts; waiting callers are released

using InputBody = std::variant<cti::model::SwitchEvent, Request, CustomerFound, CentreChanged, LinkDeclared, TimerDue, StoreFull, StoreRecovered,
                               WallStepped, DrainStarted>;

struct Input {
  Instant at;
  InputBody body;
};

/// Work for a reader thread; its answer comes back as the input `CustomerFound`.
struct FindCustomer {
  ContactId contact;
  SwitchId switch_id;
  std::string trunk;
  std::string ani;
};

}  // namespace callwright::core
