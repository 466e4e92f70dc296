#include "contacts/hours_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace callwright::contacts {
namespace {

using journal::DayRange;
using journal::WeekRange;

constexpr std::array<std::string_view, 7> kWeekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::int32_t kDayMinutes = 24 * 60;

/// The number that exactly these digits are.
std::optional<std::int32_t> digits(std::string_view text, std::size_t count) {
  if (text.size() != count) return std::nullopt;
  std::int32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

std::string padded(int number, std::size_t width) {
  const std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

/// "08:00" to "24:00"
std::optional<std::int32_t> minute_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = digits(text.substr(0, 2), 2), minute = digits(text.substr(3), 2);
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > kDayMinutes) return std::nullopt;
  return *hour * 60 + *minute;
}

std::string time_text(std::int32_t minute) { return padded(minute / 60, 2) + ":" + padded(minute % 60, 2); }

std::optional<std::int32_t> weekday_of(std::string_view text) {
  const auto at = std::ranges::find(kWeekdays, text);
  if (at == kWeekdays.end()) return std::nullopt;
  return static_cast<std::int32_t>(at - kWeekdays.begin()) + 1;
}

/// "Mon-Wed,Fri"; nothing: no days.
std::set<std::int32_t> read_weekdays(std::string_view text) {
  std::set<std::int32_t> all;
  for (;;) {
    const std::string_view piece = text.substr(0, text.find(','));
    const std::size_t dash = piece.find('-');
    const auto first = weekday_of(piece.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : weekday_of(piece.substr(dash + 1));
    if (!first || !last) return {};
    for (std::int32_t day = *first;; day = day % 7 + 1) {
      all.insert(day);
      if (day == *last) break;
    }
    if (piece.size() == text.size()) return all;
    text.remove_prefix(piece.size() + 1);
  }
}

std::string weekdays_text(const std::set<std::int32_t>& days) {
  std::string out;
  for (auto day = days.begin(); day != days.end();) {
    const std::int32_t first = *day;
    std::int32_t last = first;
    while (++day != days.end() && *day == last + 1) last = *day;
    out.append(out.empty() ? "" : ",").append(weekday_text(first));
    if (last != first) out.append("-").append(weekday_text(last));
  }
  return out;
}

}  // namespace

std::expected<DayRange, std::string> read_day_range(std::string_view text) {
  const auto from = minute_of(text.substr(0, 5));
  const auto to = text.size() == 11 && text[5] == '-' ? minute_of(text.substr(6)) : std::nullopt;
  if (!from || !to) return std::unexpected(R"(must hold ranges such as "08:00-18:00", from "00:00" to "24:00")");
  if (*to <= *from)
    return std::unexpected("holds " + std::string(text) +
                           R"(, which ends before it has begun: a night is two ranges, one to "24:00" and one from "00:00" of the next day)");
  return DayRange{*from, *to};
}

bool overlap(const DayRange& one, const DayRange& other) { return one.from_min < other.to_min && other.from_min < one.to_min; }

std::expected<std::vector<WeekRange>, std::string> read_week_ranges(std::string_view text) {
  const std::size_t space = text.find(' ');
  const auto days = read_weekdays(text.substr(0, space));
  if (space == std::string_view::npos || days.empty())
    return std::unexpected(
        R"(must hold weekdays and a range such as "Mon-Fri 08:00-18:00" or "Sat,Sun 09:00-13:00"; they are Mon, Tue, Wed, Thu, Fri, Sat, Sun)");
  const auto range = read_day_range(text.substr(space + 1));
  if (!range) return std::unexpected(range.error());
  std::vector<WeekRange> all;
  for (const std::int32_t day : days) all.push_back({day, *range});
  return all;
}

std::expected<std::chrono::year_month_day, std::string> read_date(std::string_view text) {
  const auto year = digits(text.substr(0, 4), 4);
  const auto month = text.size() == 10 && text[4] == '-' ? digits(text.substr(5, 2), 2) : std::nullopt;
  const auto day = text.size() == 10 && text[7] == '-' ? digits(text.substr(8), 2) : std::nullopt;
  if (!year || !month || !day || *year < 1970) return std::unexpected(R"(must be a date such as "2026-12-25")");
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::unexpected("is " + std::string(text) + ", which no calendar has");
  return date;
}

std::vector<std::string> week_texts(const std::vector<WeekRange>& week) {
  std::map<DayRange, std::set<std::int32_t>> days;
  for (const WeekRange& each : week) days[each.range].insert(each.weekday);
  std::vector<std::pair<WeekRange, std::string>> rows;
  for (const auto& [range, on] : days) rows.push_back({{*on.begin(), range}, weekdays_text(on) + " " + range_text(range)});
  std::ranges::sort(rows);
  std::vector<std::string> all;
  for (auto& [first, text] : rows) all.push_back(std::move(text));
  return all;
}

std::string range_text(const DayRange& range) { return time_text(range.from_min) + "-" + time_text(range.to_min); }

std::string date_text(std::chrono::year_month_day date) {
  return padded(static_cast<int>(date.year()), 4) + "-" + padded(static_cast<int>(static_cast<unsigned>(date.month())), 2) + "-" +
         padded(static_cast<int>(static_cast<unsigned>(date.day())), 2);
}

std::string_view weekday_text(std::int32_t weekday) { return kWeekdays[static_cast<std::size_t>(weekday - 1)]; }

}  // namespace callwright::contacts
