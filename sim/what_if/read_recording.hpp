#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "base/result.hpp"
#include "contacts/log_reader.hpp"
#include "journal/centre.hpp"
#include "sim/what_if/recording.hpp"

namespace callwright::sim::what_if {

/// How far before the begin the log is read for who is there then: an agent who did nothing for longer is taken as away.
constexpr Duration kLead = std::chrono::hours(24);
/// How long after the end callers still come, so that those who are counted compete with as many as they did; they are served and not counted.
constexpr Duration kTail = std::chrono::hours(1);
/// How long after that the log is read for the end of talks.
constexpr Duration kLongestTalk = std::chrono::hours(24);

/// The centre document that was in force at `at`: the one that the log says was applied last, or else the newest one of that time, or
/// the first one after it (the log begins a moment later); its `version` is set. Errors: not_found if there was none.
Result<journal::Centre> rules_at(contacts::LogReader& log, Instant at);

/// Does any of their rules or favours ask for what the store knows of customers? It knows them as they are today.
bool asks_of_customers(const std::vector<const journal::Centre*>& rules);

/// Called with the part of the log that has been read, 0 to 1.
using ReadProgress = std::function<void(double)>;

/// Reads what happened between the first and the last of `bounds` out of the log. `rules`: the documents under which it will be replayed; what their
/// rules ask of callers is kept, nothing else; agents whom the first of them only observes are left out. Errors: those of the store.
Result<Recording> read_recording(contacts::LogReader& log, std::vector<Instant> bounds, const std::vector<const journal::Centre*>& rules,
                                 const ReadProgress& progress = {});

}  // namespace callwright::sim::what_if
