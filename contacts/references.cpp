#include "contacts/references.hpp"

#include "base/nearest_word.hpp"

namespace callwright::contacts {

void References::once(const std::string& kind, const std::string& name, std::int64_t line) {
  if (!name.empty() && !seen_.emplace(kind, name).second) faults_.add(line, kind + " '" + name + "' stands twice");
}

void References::refer(const std::string& kind, const std::string& name, std::int64_t line) {
  if (name.empty()) return;
  later_.push_back([this, kind, name, line] {
    if (seen_.contains({kind, name})) return;
    std::vector<std::string> names;
    for (const auto& [each, text] : seen_)
      if (each == kind) names.push_back(text);
    std::string what = "there is no " + kind + " '" + name + "'";
    if (const std::string near = nearest_word(name, names); !near.empty()) what += ", did you mean '" + near + "'?";
    faults_.add(line, what);
  });
}

void References::never(const std::string& kind, const std::string& name, std::int64_t line, const std::string& what) {
  later_.push_back([this, kind, name, line, what] {
    if (seen_.contains({kind, name})) faults_.add(line, what);
  });
}

void References::look() {
  for (auto& look : later_) look();
}

}  // namespace callwright::contacts
