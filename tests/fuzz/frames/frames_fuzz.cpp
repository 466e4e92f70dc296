// Arbitrary text as everything that a browser may send: a frame, a sign-in, a customer, a written contact, an address. Whatever is taken keeps the
// limits that the rest of the desk relies on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "agent-desktop-api/http/message.hpp"
#include "agent-desktop-api/json_requests.hpp"

namespace {

using namespace callwright::desktop;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto frame = parse_page_frame(text)) {
    if (const auto* command = std::get_if<Command>(&*frame)) require(!command->id.empty() && !command->name.empty());
    if (const auto* bad = std::get_if<BadCommand>(&*frame)) require(!bad->id.empty() && !bad->faults.empty());
  }
  (void)parse_login(text);
  const auto edit = parse_customer_edit(text);
  if (const auto* faults = std::get_if<std::vector<FieldFault>>(&edit)) require(!faults->empty());
  const auto written = parse_written_contact(text);
  if (const auto* opened = std::get_if<callwright::core::OpenContact>(&written)) {
    require(callwright::journal::is_written(opened->channel) && callwright::is_key(opened->queue.value) && opened->attributes.size() <= 32);
    require(opened->url.empty() || opened->url.starts_with("http://") || opened->url.starts_with("https://") ||
            (opened->url[0] == '/' && !opened->url.starts_with("//")));
  }
  if (const auto target = parse_target(text)) require(target->path.starts_with('/') && target->path.find('\0') == std::string::npos);
  return 0;
}
