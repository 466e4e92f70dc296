#pragma once
#include <string>

#include "journal/fact.hpp"

/// The texts of attributes that are words of the facts (docs/expressions.md).
namespace callwright::journal {

inline std::string word_of(Channel channel) {
  switch (channel) {
    case Channel::voice: return "voice";
    case Channel::chat: return "chat";
    case Channel::email: return "email";
    case Channel::other: break;
  }
  return "other";
}

inline std::string word_of(Match match) {
  switch (match) {
    case Match::known: return "known";
    case Match::maybe: return "maybe";
    case Match::chosen: return "chosen";
    case Match::none: break;
  }
  return "none";
}

}  // namespace callwright::journal
