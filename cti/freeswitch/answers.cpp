#include "cti/freeswitch/answers.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/monotonic_resource.hpp>

#include "base/utf8.hpp"
#include "cti/freeswitch/error.hpp"

namespace callwright::cti::freeswitch {
namespace {

namespace json = boost::json;

constexpr std::size_t kTextLimit = 1024;
constexpr std::size_t kRowLimit = 100'000;

/// A text of a row, cut at a character; empty if it has none. False: it is of another type.
bool take(const json::object& row, std::string_view name, std::string& into) {
  const json::value* value = row.if_contains(name);
  if (!value || value->is_null()) return true;
  if (!value->is_string()) return false;
  into = to_utf8(value->get_string(), kTextLimit);
  return true;
}

template <class Row, class Read>
Result<std::vector<Row>> rows_of(std::string_view body, Read read) {
  json::parse_options options;
  options.max_depth = 4;
  options.allow_invalid_utf8 = true;  // one caller's name must not cost the snapshot
  json::error_code error;
  json::monotonic_resource memory;
  const json::value all = json::parse(body, error, &memory, options);
  if (error || !all.is_object()) return fail(errc::malformed, "no object");
  std::vector<Row> rows;
  const json::value* list = all.get_object().if_contains("rows");
  if (!list) return rows;  // none: {"row_count":0}
  if (!list->is_array()) return fail(errc::malformed, "rows are no list");
  if (list->get_array().size() > kRowLimit) return fail(errc::too_big, "rows");
  rows.reserve(list->get_array().size());
  for (const json::value& one : list->get_array()) {
    Row row;
    if (!one.is_object() || !read(one.get_object(), row)) return fail(errc::malformed, "a row that is none");
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = line.find('|');
    parts.emplace_back(line.substr(0, end));
    if (end == line.npos) return parts;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

Result<std::vector<ChannelRow>> read_channels(std::string_view body) {
  return rows_of<ChannelRow>(body, [](const json::object& from, ChannelRow& row) {
    std::string first_destination;
    const bool read = take(from, "uuid", row.uuid) && take(from, "direction", row.direction) && take(from, "name", row.name) &&
                      take(from, "presence_id", row.presence) && take(from, "callstate", row.call_state) &&
                      take(from, "cid_num", row.caller_number) && take(from, "cid_name", row.caller_name) && take(from, "dest", row.destination) &&
                      take(from, "initial_dest", first_destination) && take(from, "application", row.application) &&
                      take(from, "application_data", row.application_data);
    if (!first_destination.empty()) row.destination = std::move(first_destination);
    return read && !row.uuid.empty();
  });
}

Result<std::vector<BridgedPair>> read_bridged(std::string_view body) {
  return rows_of<BridgedPair>(
      body, [](const json::object& from, BridgedPair& pair) { return take(from, "uuid", pair.one) && take(from, "b_uuid", pair.two); });
}

Table::Table(std::string_view body) {
  if (!failure_of(body).empty()) return;
  while (!body.empty()) {
    const std::string_view line = body.substr(0, body.find('\n'));
    body.remove_prefix(std::min(line.size() + 1, body.size()));
    if (line.empty() || line == "+OK") continue;
    if (names_.empty()) names_ = split(line);
    else rows_.push_back(split(line));
  }
}

std::string_view Table::at(std::size_t row, std::string_view column) const {
  const auto name = std::ranges::find(names_, column);
  const auto place = static_cast<std::size_t>(name - names_.begin());
  return name == names_.end() || row >= rows_.size() || place >= rows_[row].size() ? std::string_view() : std::string_view(rows_[row][place]);
}

std::string failure_of(std::string_view answer) {
  if (!answer.starts_with("-ERR") && !answer.starts_with("-USAGE")) return {};
  std::string text(answer.substr(0, std::min<std::size_t>(answer.find('\n'), 200)));
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

std::string_view cause_in(std::string_view answer) {
  if (!answer.starts_with("-ERR ")) return {};
  answer.remove_prefix(5);
  return answer.substr(0, answer.find_first_of(" \r\n"));
}

}  // namespace callwright::cti::freeswitch
