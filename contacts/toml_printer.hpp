#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace callwright::contacts {

/// Text as TOML writes it on one line.
std::string quoted(std::string_view text);

/// A TOML document, key by key.
class TomlPrinter {
 public:
  void heading(const char* text) { out_ += std::string("\n") + text + "\n"; }
  void line(const char* key, const std::string& value) { out_ += std::string(key) + " = " + value + "\n"; }
  void number(const char* key, std::int64_t value) { line(key, std::to_string(value)); }
  void boolean(const char* key, bool value) { line(key, value ? "true" : "false"); }
  void text(const char* key, std::string_view value) { line(key, quoted(value)); }
  void text_if(const char* key, const std::string& value) {
    if (!value.empty()) text(key, value);
  }
  void list(const char* key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    std::string all;
    for (const std::string& value : values) all += (all.empty() ? "" : ", ") + quoted(value);
    line(key, "[" + all + "]");
  }
  template <class Values, class Print>
  void rows(const char* key, const Values& values, Print print) {
    if (values.empty()) return;
    out_ += std::string(key) + " = [\n";
    for (const auto& value : values) out_ += "  { " + print(value) + " },\n";
    out_ += "]\n";
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace callwright::contacts
