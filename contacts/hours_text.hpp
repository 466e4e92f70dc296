#pragma once
#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "journal/centre.hpp"

/// Business hours as a centre document writes them (docs/centre.md). The error is what is wrong with the text, behind the key's name.
namespace callwright::contacts {

/// "Mon-Fri 08:00-18:00", "Sat,Sun 09:00-13:00", "Sun-Thu 00:00-24:00": one range for each of these weekdays. From the first to the last of a span
/// goes forward in time, over Sunday if need be.
std::expected<std::vector<journal::WeekRange>, std::string> read_week_ranges(std::string_view text);

/// "08:00-18:00"; the day ends at "24:00".
std::expected<journal::DayRange, std::string> read_day_range(std::string_view text);

bool overlap(const journal::DayRange& one, const journal::DayRange& other);

/// "2026-12-25", of 1970 to 9999.
std::expected<std::chrono::year_month_day, std::string> read_date(std::string_view text);

/// The texts that `read_week_ranges` reads as these ranges; one for each range that some days have.
std::vector<std::string> week_texts(const std::vector<journal::WeekRange>& week);
std::string range_text(const journal::DayRange& range);
std::string date_text(std::chrono::year_month_day date);

/// "Mon"
std::string_view weekday_text(std::int32_t weekday);

}  // namespace callwright::contacts
