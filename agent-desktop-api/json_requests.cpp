#include "agent-desktop-api/json_requests.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>

#include "agent-desktop-api/errc.hpp"
#include "agent-desktop-api/names.hpp"

namespace callwright::desktop {
namespace {

namespace bj = boost::json;

constexpr std::size_t kTextLimit = 200;
constexpr std::size_t kNoteLimit = 16 * 1024;
constexpr std::int64_t kPointsLimit = 100'000;
constexpr std::size_t kIdentityLimit = 256;  // and of a customer's name
constexpr std::size_t kUrlLimit = 2'048;
constexpr std::size_t kAttributes = 32;
constexpr std::size_t kAttributeKeyLimit = 64;
constexpr std::size_t kAttributeLimit = 1'024;

std::size_t members(const bj::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count += object->size();
    for (const auto& member : *object) count += members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& item : *array) count += members(item);
  }
  return count;
}

/// Colons outside strings: as many as members were written.
std::size_t colons(std::string_view text) {
  std::size_t count = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_string && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (text[i] == ':' && !in_string)
      ++count;
  }
  return count;
}

Result<bj::object> parse_object(std::string_view text) {
  bj::parse_options options;
  options.max_depth = 32;
  bj::error_code error;
  bj::value value = bj::parse(bj::string_view(text.data(), text.size()), error, {}, options);
  if (error) return fail(Errc::bad_request, "not JSON: " + error.message());
  if (!value.is_object()) return fail(Errc::bad_request, "a JSON object is wanted");
  if (members(value) != colons(text)) return fail(Errc::bad_request, "a key stands twice in one object");
  return std::move(value.as_object());
}

/// Reads the fields of one object and keeps what is wrong with them.
class Fields {
 public:
  explicit Fields(const bj::object& object) : object_(object) {}

  const bj::value* find(std::string_view name) const { return object_.if_contains(bj::string_view(name.data(), name.size())); }
  bool has(std::string_view name) const {
    const bj::value* value = find(name);
    return value && !value->is_null();
  }

  std::string text(std::string_view name, std::size_t least, std::size_t most) {
    const bj::value* value = find(name);
    if ((!value || value->is_null()) && least == 0) return {};
    if (!value || !value->is_string()) return wrong(name, "text is wanted"), std::string{};
    const auto& string = value->get_string();
    if (string.size() < least || string.size() > most)
      return wrong(name, "text of " + std::to_string(least) + " to " + std::to_string(most) + " bytes is wanted"), std::string{};
    return {string.data(), string.size()};
  }

  /// What is shown on one line; may be missing.
  std::string line(std::string_view name, std::size_t most) {
    std::string given = text(name, 0, most);
    if (std::any_of(given.begin(), given.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }))
      wrong(name, "text without control characters is wanted");
    return given;
  }

  std::int64_t number(std::string_view name) {
    const bj::value* value = find(name);
    if (value && value->is_int64() && value->get_int64() >= 0) return value->get_int64();
    wrong(name, "a whole number is wanted");
    return 0;
  }

  std::int32_t points(std::string_view name) {
    const bj::value* value = find(name);
    if (value && value->is_int64() && value->get_int64() >= -kPointsLimit && value->get_int64() <= kPointsLimit && value->get_int64() != 0)
      return static_cast<std::int32_t>(value->get_int64());
    wrong(name, "a whole number from -100000 to 100000 that is not 0 is wanted");
    return 0;
  }

  bool flag(std::string_view name) {
    const bj::value* value = find(name);
    if (!value || value->is_null()) return false;
    if (value->is_bool()) return value->get_bool();
    wrong(name, "true or false is wanted");
    return false;
  }

  /// The same, where nothing may be taken as meant.
  bool wanted_flag(std::string_view name) {
    if (!has(name)) wrong(name, "true or false is wanted");
    return flag(name);
  }

  journal::Channel written_channel(std::string_view name) {
    const bj::value* value = find(name);
    const auto* string = value ? value->if_string() : nullptr;
    const auto channel = string ? channel_of({string->data(), string->size()}) : std::nullopt;
    if (channel && journal::is_written(*channel)) return *channel;
    wrong(name, "chat, email or other");
    return journal::Channel::other;
  }

  template <class AnyId>
  AnyId id(std::string_view name) {
    const std::string digits = text(name, 1, 19);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (!digits.empty() && (error != std::errc{} || end != digits.data() + digits.size() || value <= 0)) wrong(name, "an id is digits in quotes");
    return AnyId{value};
  }

  template <class AnyKey>
  AnyKey key(std::string_view name) {
    std::string given = text(name, 1, kKeyLimit);
    if (!given.empty() && !is_key(given)) wrong(name, "no such key can be");
    return AnyKey{std::move(given)};
  }

  std::vector<std::string> texts(std::string_view name, std::size_t most_items, std::size_t most_bytes) {
    std::vector<std::string> all;
    const bj::value* value = find(name);
    const bj::array* array = value ? value->if_array() : nullptr;
    if (!array || array->size() > most_items) {
      wrong(name, "a list of at most " + std::to_string(most_items) + " texts is wanted");
      return all;
    }
    for (const auto& item : *array) {
      if (!item.is_string() || item.get_string().size() > most_bytes) {
        wrong(name, "a list of texts is wanted");
        return all;
      }
      all.emplace_back(item.get_string().data(), item.get_string().size());
    }
    return all;
  }

  /// An object of texts; may be missing. A fault names the key.
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name, std::size_t most, std::size_t most_key, std::size_t most_value) {
    std::vector<std::pair<std::string, std::string>> all;
    if (!has(name)) return all;
    const bj::object* object = find(name)->if_object();
    if (!object || object->size() > most) {
      wrong(name, "an object of at most " + std::to_string(most) + " texts is wanted");
      return all;
    }
    for (const auto& member : *object) {
      const std::string key(member.key().data(), member.key().size());
      const auto* value = member.value().if_string();
      if (key.empty() || key.size() > most_key || !value || value->size() > most_value)
        wrong(std::string(name) + "." + key.substr(0, most_key),
              "a key of 1 to " + std::to_string(most_key) + " bytes and a text of at most " + std::to_string(most_value) + " are wanted");
      else all.emplace_back(key, std::string(value->data(), value->size()));
    }
    return all;
  }

  void only(std::initializer_list<std::string_view> known) {
    for (const auto& member : object_) {
      const std::string_view key(member.key().data(), member.key().size());
      if (std::find(known.begin(), known.end(), key) == known.end()) wrong(key.substr(0, 64), "no such field");
    }
  }

  void wrong(std::string_view name, std::string text) { faults_.push_back({std::string(name), std::move(text)}); }
  std::vector<FieldFault> take_faults() { return std::move(faults_); }
  bool good() const { return faults_.empty(); }
  std::string first_fault() const { return faults_.empty() ? "" : faults_.front().field + ": " + faults_.front().text; }

 private:
  const bj::object& object_;
  std::vector<FieldFault> faults_;
};

core::SetState set_state(Fields& args, bool by_supervisor) {
  core::SetState body{.by_supervisor = by_supervisor};
  const std::string state = args.text("state", 1, 32);
  if (state == "ready" || state == "not_ready" || (by_supervisor && state == "signed_out"))
    body.state = *agent_state_of(state);
  else
    args.wrong("state", by_supervisor ? "ready, not_ready or signed_out" : "ready or not_ready");
  body.reason = args.text("reason", 0, kKeyLimit);
  return body;
}

core::AskCallback ask_callback(Fields& args, bool contact_wanted) {
  core::AskCallback body;
  if (contact_wanted || args.has("contact")) body.contact = args.id<ContactId>("contact");
  if (args.has("queue")) body.queue = args.key<QueueId>("queue");
  body.number = args.text("number", 0, 64);
  if (args.has("due")) body.due.us = args.number("due");
  if (args.has("agent")) body.agent = args.key<AgentId>("agent");
  body.note = args.text("note", 0, 1000);
  return body;
}

/// Browsers drop tabs and line ends, and take `\` for `/`: to them `/\host` is another host.
bool may_be_opened(std::string_view url) {
  if (std::any_of(url.begin(), url.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7F || c == '\\'; })) return false;
  for (const std::string_view scheme : {"http://", "https://"})
    if (url.starts_with(scheme)) return url.size() > scheme.size() && std::string_view("/?#:@").find(url[scheme.size()]) == std::string_view::npos;
  return url.starts_with('/') && !url.starts_with("//");
}

/// What a supervisor does to a contact that waits, by a frame or over REST.
struct Steering {
  using How = decltype(core::SteerContact::how);
  std::string_view command;   ///< its name in a frame
  std::string_view address;   ///< the last part of its address
  std::string_view argument;  ///< the only one beside the contact; empty: none
  How (*read)(Fields& args);
};
constexpr std::array kSteering{
    Steering{"raise", "raise", "points", [](Fields& a) -> Steering::How { return core::SteerContact::Raise{a.points("points")}; }},
    Steering{"park", "park", "", [](Fields&) -> Steering::How { return core::SteerContact::Park{}; }},
    Steering{"resume", "unpark", "", [](Fields&) -> Steering::How { return core::SteerContact::Resume{}; }},
    Steering{"pull", "pull", "agent", [](Fields& a) -> Steering::How { return core::SteerContact::Pull{a.key<AgentId>("agent")}; }},
    Steering{"move", "move", "queue", [](Fields& a) -> Steering::How { return core::SteerContact::Move{a.key<QueueId>("queue")}; }},
};

struct CommandKind {
  std::string_view name;
  core::RequestBody (*read)(Fields& args);
  Operation operation = Operation::own_work;
};
constexpr std::array kCommands{
    CommandKind{"set_state", [](Fields& a) -> core::RequestBody { return set_state(a, false); }},
    CommandKind{"force_state", [](Fields& a) -> core::RequestBody { return set_state(a, true); }, Operation::force_state},
    CommandKind{"accept", [](Fields& a) -> core::RequestBody { return core::AcceptOffer{a.id<OfferId>("offer")}; }},
    CommandKind{"refuse", [](Fields& a) -> core::RequestBody { return core::RefuseOffer{a.id<OfferId>("offer")}; }},
    CommandKind{"hold", [](Fields& a) -> core::RequestBody { return core::HoldContact{a.id<ContactId>("contact")}; }},
    CommandKind{"retrieve", [](Fields& a) -> core::RequestBody { return core::RetrieveContact{a.id<ContactId>("contact")}; }},
    CommandKind{"transfer",
                [](Fields& a) -> core::RequestBody {
                  return core::TransferContact{a.id<ContactId>("contact"), a.key<QueueId>("queue"), a.has("agent") ? a.key<AgentId>("agent") : AgentId{}};
                }},
    CommandKind{"end", [](Fields& a) -> core::RequestBody { return core::EndContact{a.id<ContactId>("contact")}; }},
    CommandKind{"extend_wrap_up", [](Fields& a) -> core::RequestBody { return core::ExtendWrapUp{a.id<ContactId>("contact")}; }},
    CommandKind{"end_wrap_up", [](Fields& a) -> core::RequestBody { return core::EndWrapUp{a.id<ContactId>("contact")}; }},
    CommandKind{"disposition",
                [](Fields& a) -> core::RequestBody { return core::SetDisposition{a.id<ContactId>("contact"), a.text("code", 1, kKeyLimit), a.flag("resolved")}; }},
    CommandKind{"note",
                [](Fields& a) -> core::RequestBody { return core::WriteNote{a.id<ContactId>("contact"), a.text("note", 1, 64), a.text("text", 0, kNoteLimit)}; }},
    CommandKind{"choose_customer",
                [](Fields& a) -> core::RequestBody { return core::ChooseCustomer{a.id<ContactId>("contact"), a.id<CustomerId>("customer"), {}}; }},
    CommandKind{"callback", [](Fields& a) -> core::RequestBody { return ask_callback(a, true); }},
    CommandKind{"cancel_callback", [](Fields& a) -> core::RequestBody { return core::CancelCallback{a.id<ContactId>("contact")}; }, Operation::ask_callbacks},
    CommandKind{"sign_out", [](Fields&) -> core::RequestBody { return core::SignOut{}; }},
    CommandKind{"emergency",
                [](Fields& a) -> core::RequestBody { return core::SetEmergency{a.key<QueueId>("queue"), a.wanted_flag("on")}; }, Operation::set_emergency},
};

bool is_plain_id(std::string_view id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) { return c > 0x20 && c < 0x7F; });
}

Result<PageFrame> read_command(Fields& frame) {
  Command command{frame.text("id", 1, 64), frame.text("name", 1, 64), core::SignOut{}, {}};
  if (!frame.good()) return fail(Errc::bad_request, frame.first_fault());
  if (!is_plain_id(command.id)) return fail(Errc::bad_request, "id: printable ASCII without blanks is wanted");
  const bj::value* args = frame.find("args");
  static const bj::object none;
  if (args && !args->is_object()) return BadCommand{command.id, {{"args", "an object is wanted"}}};
  Fields fields(args ? args->get_object() : none);
  const auto kind = std::ranges::find(kCommands, command.name, &CommandKind::name);
  const auto steering = std::ranges::find(kSteering, command.name, &Steering::command);
  if (kind != kCommands.end()) {
    command.body = kind->read(fields);
    command.operation = kind->operation;
  } else if (steering != kSteering.end()) {
    const auto contact = fields.id<ContactId>("contact");
    command.body = core::SteerContact{contact, steering->read(fields)};
    command.operation = Operation::steer_contacts;
  } else {
    return BadCommand{command.id, {{"name", "no such command"}}};
  }
  if (command.operation == Operation::force_state) command.for_agent = fields.key<AgentId>("agent");
  if (!fields.good()) return BadCommand{command.id, fields.take_faults()};
  return command;
}

Result<PageFrame> read_hello(Fields& frame) {
  Hello hello{frame.text("client_version", 0, 64), frame.text("tab_id", 0, 64), {}};
  if (frame.has("resume")) {
    const bj::value* value = frame.find("resume");
    if (!value->is_object()) return fail(Errc::bad_request, "resume: an object is wanted");
    Fields resume(value->get_object());
    hello.resume = Hello::Resume{resume.text("token", 1, 64), resume.number("epoch"), resume.number("seq")};
    if (!resume.good()) return fail(Errc::bad_request, "resume." + resume.first_fault());
  }
  if (!frame.good()) return fail(Errc::bad_request, frame.first_fault());
  return hello;
}

}  // namespace

Result<PageFrame> parse_page_frame(std::string_view text) {
  auto object = parse_object(text);
  if (!object) return std::unexpected(object.error());
  Fields frame(*object);
  const std::string type = frame.text("type", 1, 32);
  if (type == "hello") return read_hello(frame);
  if (type == "cmd") return read_command(frame);
  PageFrame read;
  if (type == "sub")
    read = Sub{frame.texts("topics", 8, 32)};
  else if (type == "pong")
    read = Pong{frame.number("n")};
  else if (type == "seen")
    read = Seen{frame.number("seq")};
  else if (type == "resync")
    read = Resync{};
  else
    return fail(Errc::bad_request, "type: unknown");
  if (!frame.good()) return fail(Errc::bad_request, frame.first_fault());
  return read;
}

Result<Login> parse_login(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return std::unexpected(object.error());
  Fields fields(*object);
  Login login{fields.text("login", 1, 64), fields.text("password", 1, 512)};
  if (!fields.good()) return fail(Errc::bad_request, fields.first_fault());
  for (char& c : login.login) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return login;
}

Result<bool> parse_emergency(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return std::unexpected(object.error());
  Fields fields(*object);
  fields.only({"on"});
  const bool on = fields.wanted_flag("on");
  if (!fields.good()) return fail(Errc::bad_request, fields.first_fault());
  return on;
}

std::variant<core::SteerContact, std::vector<FieldFault>> parse_steering(ContactId contact, std::string_view how, std::string_view body) {
  const auto kind = std::ranges::find(kSteering, how, &Steering::address);
  if (kind == kSteering.end()) return std::vector<FieldFault>{{"", "no such way to steer a contact"}};
  auto object = body.empty() && kind->argument.empty() ? Result<bj::object>(bj::object()) : parse_object(body);
  if (!object) return std::vector<FieldFault>{{"", object.error().context}};
  Fields fields(*object);
  if (kind->argument.empty()) fields.only({});
  else fields.only({kind->argument});
  core::SteerContact wanted{contact, kind->read(fields)};
  if (!fields.good()) return fields.take_faults();
  return wanted;
}

std::variant<core::SetState, std::vector<FieldFault>> parse_forced_state(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return std::vector<FieldFault>{{"", object.error().context}};
  Fields fields(*object);
  fields.only({"state", "reason"});
  core::SetState wanted = set_state(fields, true);
  if (!fields.good()) return fields.take_faults();
  return wanted;
}

std::variant<core::AskCallback, std::vector<FieldFault>> parse_callback(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return std::vector<FieldFault>{{"", object.error().context}};
  Fields fields(*object);
  fields.only({"contact", "queue", "number", "due", "agent", "note"});
  core::AskCallback asked = ask_callback(fields, false);
  if (!asked.contact && !asked.queue && fields.good()) fields.wrong("queue", "says where, if no contact does");
  if (!asked.contact && asked.number.empty() && fields.good()) fields.wrong("number", "says whom, if no contact does");
  if (!fields.good()) return fields.take_faults();
  return asked;
}

std::variant<core::OpenContact, std::vector<FieldFault>> parse_written_contact(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return std::vector<FieldFault>{{"", object.error().context}};
  Fields fields(*object);
  fields.only({"channel", "queue", "identity", "name", "url", "attributes"});
  core::OpenContact opened;
  opened.channel = fields.written_channel("channel");
  opened.queue = fields.key<QueueId>("queue");
  opened.identity = fields.line("identity", kIdentityLimit);
  opened.name = fields.line("name", kIdentityLimit);
  opened.url = fields.text("url", 0, kUrlLimit);
  if (!opened.url.empty() && !may_be_opened(opened.url))
    fields.wrong("url", "http://, https:// or a single / is wanted at its beginning, and no blanks");
  opened.attributes = fields.pairs("attributes", kAttributes, kAttributeKeyLimit, kAttributeLimit);
  if (!fields.good()) return fields.take_faults();
  return opened;
}

std::variant<CustomerEdit, std::vector<FieldFault>> parse_customer_edit(std::string_view body) {
  auto object = parse_object(body);
  if (!object) return std::vector<FieldFault>{{"", object.error().context}};
  Fields fields(*object);
  fields.only({"name", "name_alt", "kind", "lang", "tier", "account", "external_id", "numbers", "emails", "flags", "attrs", "contact"});
  CustomerEdit edit;
  const auto optional_text = [&](std::string_view name) -> std::optional<std::string> {
    if (!fields.find(name)) return std::nullopt;
    return fields.text(name, 0, kTextLimit);
  };
  edit.patch.name = optional_text("name");
  if (edit.patch.name && edit.patch.name->empty()) fields.wrong("name", "a customer has a name");
  edit.patch.name_alt = optional_text("name_alt");
  edit.patch.tier = optional_text("tier");
  edit.patch.account = optional_text("account");
  edit.patch.external_id = optional_text("external_id");
  if (const auto kind = optional_text("kind")) {
    if (*kind == "person" || *kind == "org")
      edit.patch.kind = *kind == "org" ? contacts::CustomerKind::org : contacts::CustomerKind::person;
    else
      fields.wrong("kind", "person or org");
  }
  if (const auto lang = optional_text("lang")) {
    if (*lang != "en" && *lang != "zh") fields.wrong("lang", "en or zh");
    edit.patch.lang = *lang;
  }
  if (fields.has("emails")) edit.patch.emails = fields.texts("emails", 16, kTextLimit);
  if (fields.has("flags")) edit.patch.flags = fields.texts("flags", 16, 32);
  if (fields.has("numbers")) {
    edit.numbers = fields.texts("numbers", 16, 64);
    edit.has_numbers = true;
  }
  if (fields.has("contact")) edit.contact = fields.id<ContactId>("contact");
  if (const bj::value* attrs = fields.find("attrs"); attrs && !attrs->is_null()) {
    if (attrs->is_object())
      edit.patch.attrs = bj::serialize(*attrs);
    else
      fields.wrong("attrs", "an object is wanted");
  }
  if (!fields.good()) return fields.take_faults();
  return edit;
}

}  // namespace callwright::desktop
