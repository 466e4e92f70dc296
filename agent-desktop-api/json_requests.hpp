#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/problem.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "contacts/customer.hpp"
#include "core/views/request.hpp"

/// The one place where JSON from outside becomes values: page frames and REST bodies. Text is at most 64 KiB (frames) or
/// 256 KiB (bodies), nesting 32, no key twice in an object; what has a wrong type or is out of its limits is refused and named.
namespace callwright::desktop {

struct Hello {
  struct Resume {
    std::string token;
    std::int64_t epoch = 0;
    std::int64_t seq = 0;
  };
  std::string client_version;
  std::string tab_id;
  std::optional<Resume> resume;
};
struct Sub { std::vector<std::string> topics; };
struct Pong { std::int64_t n = 0; };
struct Seen { std::int64_t seq = 0; };
struct Resync {};

/// A command as far as the desk can judge it without the centre's state.
struct Command {
  std::string id;
  std::string name;
  /// What goes to the core. `ChooseCustomer::card` is still empty: the desk reads it first.
  core::RequestBody body;
  AgentId for_agent;  ///< `force_state` only; otherwise empty: the one who asks
  Operation operation = Operation::own_work;
};
/// A command whose arguments are wrong: it can be answered by `nack`, since its id could be read.
struct BadCommand {
  std::string id;
  std::vector<FieldFault> faults;
};

using PageFrame = std::variant<Hello, Sub, Pong, Seen, Resync, Command, BadCommand>;

/// Fails for what closes the socket with 4400: no JSON, unknown `type`, a wrong field of the frame itself.
Result<PageFrame> parse_page_frame(std::string_view text);

struct Login {
  std::string login;
  std::string password;
};
/// `{"on": true}`: a queue is switched to emergency, or back.
Result<bool> parse_emergency(std::string_view body);
Result<Login> parse_login(std::string_view body);

/// What a supervisor does to a contact that waits: `how` is `raise`, `park`, `unpark`, `pull` or `move`, the last part of the address. The body holds
/// what the frame of this command has beside the contact; of `park` and `unpark` it may be missing.
std::variant<core::SteerContact, std::vector<FieldFault>> parse_steering(ContactId contact, std::string_view how, std::string_view body);
/// `{"state": "not_ready", "reason": "break"}`, of another agent.
std::variant<core::SetState, std::vector<FieldFault>> parse_forced_state(std::string_view body);

/// A wish for a callback; its number is as typed.
std::variant<core::AskCallback, std::vector<FieldFault>> parse_callback(std::string_view body);

/// A written contact that another system opens; its identity is as that system has it. `url` is an absolute http or https address, or a
/// path on our own host: nothing else that a page could be made to open.
std::variant<core::OpenContact, std::vector<FieldFault>> parse_written_contact(std::string_view body);

/// A new customer, or the changes of one. Numbers are as typed. Faults are given back by name of the field.
struct CustomerEdit {
  contacts::CustomerPatch patch;
  std::vector<std::string> numbers;
  bool has_numbers = false;
  ContactId contact;  ///< new customer only: his calling number is taken from this contact
};
std::variant<CustomerEdit, std::vector<FieldFault>> parse_customer_edit(std::string_view body);

}  // namespace callwright::desktop
