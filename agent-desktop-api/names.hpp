#pragma once
#include <optional>
#include <string_view>

#include "core/views/view.hpp"
#include "journal/fact.hpp"

/// The names of enum values in frames and REST: those of the C++ enumerators. Empty for a value that is none.
namespace callwright::desktop {

std::string_view name_of(journal::Channel value);
std::string_view name_of(journal::Direction value);
std::string_view name_of(journal::LegState value);
std::string_view name_of(journal::Match value);
std::string_view name_of(journal::VisitEnd value);
std::string_view name_of(journal::OfferEnd value);
std::string_view name_of(journal::AgentState value);
std::string_view name_of(journal::WorkState value);
std::string_view name_of(journal::SegmentKind value);
std::string_view name_of(journal::ContactOutcome value);
std::string_view name_of(journal::Cause value);
std::string_view name_of(journal::Gate value);
std::string_view name_of(journal::TermKind value);
std::string_view name_of(core::ContactState value);
std::string_view name_of(journal::CallbackBy value);

std::optional<journal::AgentState> agent_state_of(std::string_view name);
std::optional<journal::Channel> channel_of(std::string_view name);
std::optional<journal::ContactOutcome> outcome_of(std::string_view name);

}  // namespace callwright::desktop
