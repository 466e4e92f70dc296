#include "sim/what_if/report_page.hpp"

#include <fmt/format.h>

#include <string_view>

#include "sim/what_if/svg_chart.hpp"

namespace callwright::sim::what_if {
namespace {

constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --text: #1c2430; --soft: #5a6575; --rule: #d8dde5; --ground: #fff;
  --c0: #2563c9; --c1: #c2570c; --c2: #1b7f4d; --c3: #8a3fc4; --c4: #b3263a; --c5: #5b6b00; }
@media (prefers-color-scheme: dark) { :root { --text: #e6eaf0; --soft: #9aa6b6; --rule: #343d4a; --ground: #12161c;
  --c0: #7fb0ff; --c1: #ffa566; --c2: #6fd6a0; --c3: #c99bff; --c4: #ff8c9a; --c5: #c9d96a; } }
body { font: 15px/1.45 system-ui, sans-serif; color: var(--text); background: var(--ground); margin: 2rem auto; max-width: 68rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p { color: var(--soft); } div { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .25rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule); }
th:first-child, td:first-child { text-align: left; padding-left: 0; } th { color: var(--soft); font-weight: 600; }
figure { margin: 1.5rem 0; } figcaption { font-weight: 600; } svg { width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--soft); } .y { text-anchor: end; } .x { text-anchor: middle; }
.grid { stroke: var(--rule); } .line { fill: none; stroke: currentColor; stroke-width: 2; } .band { fill: currentColor; opacity: .15; }
.s0 { color: var(--c0); } .s1 { color: var(--c1); } .s2 { color: var(--c2); } .s3 { color: var(--c3); } .s4 { color: var(--c4); } .s5 { color: var(--c5); }
.key span::before { content: ""; display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 .6em; background: currentColor; }
)";

}  // namespace

std::string html_table(const Cells& cells) {
  if (cells.empty()) return "";
  std::string out = "<div><table>\n";
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const char* tag = r == 0 ? "th" : "td";
    out += "<tr>";
    for (const std::string& text : cells[r]) out += fmt::format("<{}>{}</{}>", tag, html_escaped(text), tag);
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string html_page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style>\n"
      "</head>\n<body>\n{}</body>\n</html>\n",
      html_escaped(title), kStyle, body);
}

}  // namespace callwright::sim::what_if
