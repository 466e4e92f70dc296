#include "contacts/name_words.hpp"

#include <algorithm>
#include <cstdint>

namespace callwright::contacts {
namespace {

constexpr std::size_t kWords = 24;

/// The next code point; 0 for what is not UTF-8.
char32_t take(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
  char32_t point = length == 1 ? lead : length == 2 ? lead & 0x1F : length == 3 ? lead & 0x0F : lead & 0x07;
  if (length == 0 || length > text.size()) {
    text.remove_prefix(1);
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) {
      text.remove_prefix(1);
      return 0;
    }
    point = (point << 6) | (byte(i) & 0x3F);
  }
  text.remove_prefix(length);
  return point;
}

void put(std::string& out, char32_t point) {
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0 | (point >> 6));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0 | (point >> 12));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (point >> 18));
    out += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (point & 0x3F));
  }
}

/// U+00C0 to U+00FF without their accents ('*': no letter).
constexpr std::string_view kLatin = "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty";

/// Small letter without accent; 0 for a separator.
char32_t fold(char32_t point) {
  if (point >= 'A' && point <= 'Z') return point - 'A' + 'a';
  if ((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9')) return point;
  if (point < 0xC0) return 0;
  if (point <= 0xFF) return kLatin[point - 0xC0] == '*' ? 0 : static_cast<char32_t>(kLatin[point - 0xC0]);
  if (point >= 0xFF10 && point <= 0xFF19) return point - 0xFF10 + '0';  // full-width digits
  if ((point >= 0x2000 && point <= 0x206F) || (point >= 0x3000 && point <= 0x303F) || point == 0xB7 || point == 0x30FB) return 0;
  return point;
}

bool is_han(char32_t point) {
  return (point >= 0x3400 && point <= 0x9FFF) || (point >= 0xF900 && point <= 0xFAFF) || (point >= 0x20000 && point <= 0x323AF);
}

std::vector<std::string> words_of(std::string_view text, bool endings) {
  std::vector<std::string> out;
  std::u32string run;
  const auto close = [&] {
    if (run.empty()) return;
    const bool han = is_han(run[0]);
    for (std::size_t from = 0; from < run.size() && out.size() < kWords; ++from) {
      std::string word;
      for (std::size_t i = from; i < run.size(); ++i) put(word, run[i]);
      if (std::ranges::find(out, word) == out.end()) out.push_back(std::move(word));
      if (!han || !endings) break;
    }
    run.clear();
  };
  while (!text.empty()) {
    const char32_t point = fold(take(text));
    if (point == 0 || (!run.empty() && is_han(point) != is_han(run[0]))) close();
    if (point != 0) run += point;
  }
  close();
  return out;
}

}  // namespace

std::vector<std::string> name_words(std::string_view name) { return words_of(name, true); }
std::vector<std::string> query_words(std::string_view query) { return words_of(query, false); }

}  // namespace callwright::contacts
