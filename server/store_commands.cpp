// The commands on the store and on what is brought into it: customers, centre document, doctor.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "contacts/centre_toml.hpp"
#include "contacts/customer_import.hpp"
#include "contacts/doctor.hpp"
#include "contacts/sample_customers.hpp"
#include "contacts/store.hpp"
#include "runtime/clock.hpp"
#include "runtime/tls.hpp"
#include "server/commands.hpp"
#include "server/config_check.hpp"
#include "server/fold_check.hpp"
#include "server/terminal.hpp"

namespace callwright::server {

namespace {

/// Says `done` rows on standard error, in place if it is a terminal.
void show_progress(std::int64_t done) {
  if (isatty(STDERR_FILENO)) std::fprintf(stderr, "\r%lld rows", static_cast<long long>(done));
}

Result<std::string> read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return fail(std::make_error_code(std::errc::no_such_file_or_directory), file.string());
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

Result<contacts::ImportReport> run_import(const runtime::Settings& settings, std::istream& csv, const contacts::ImportOptions& options, bool dry_run) {
  if (dry_run) return contacts::check_import({.path = settings.store_path}, csv, options);
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return std::unexpected(store.error());
  return contacts::import_customers(**store, csv, options);
}

}  // namespace

int import_customers(const runtime::Settings& settings, const ImportArguments& arguments) {
  std::ifstream csv(arguments.file, std::ios::binary);
  if (!csv) return refuse("cannot read " + arguments.file.string());
  contacts::ImportOptions options;
  options.rule.default_region = arguments.region;
  options.now = runtime::Clock().now();
  options.progress = show_progress;
  options.refused = [](const contacts::Refusal& refusal) {
    std::cout << "line " << refusal.line << (refusal.column.empty() ? "" : ", column " + refusal.column) << ": " << refusal.reason << "\n";
  };
  auto report = run_import(settings, csv, options, arguments.dry_run);
  if (isatty(STDERR_FILENO)) std::fputc('\n', stderr);
  if (!report) return refuse(report.error());
  std::cout << (arguments.dry_run ? "dry run, nothing written: " : "") << report->rows << " rows, " << report->created << " created, " << report->updated
            << " updated, " << report->refused << " refused";
  if (report->resumed_after) std::cout << ", resumed after row " << report->resumed_after;
  std::cout << "\n";
  return report->refused ? 1 : 0;
}

int add_sample_customers(const runtime::Settings& settings, std::int64_t count, std::uint64_t seed) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  contacts::SampleOptions options;
  options.seed = seed;
  options.customers = count;
  options.now = runtime::Clock().now();
  if (auto centre = (*store)->centres().newest(); centre && *centre) {
    for (const auto& queue : (*centre)->queues) options.queues.push_back(queue.id);
    for (const auto& agent : (*centre)->agents) options.agents.push_back(agent.id);
    for (const auto& disposition : (*centre)->dispositions) options.dispositions.push_back(disposition.code);
  }
  auto report = contacts::add_sample_customers(**store, options);
  if (!report) return refuse(report.error());
  std::cout << report->customers << " invented customers with " << report->numbers << " numbers and " << report->contacts << " earlier contacts\n";
  return 0;
}

int check_config(const std::filesystem::path& settings_file, const Result<runtime::Settings>& settings, const std::filesystem::path& centre_file) {
  const ConfigReport report = examine_config(settings_file, settings, centre_file);
  for (const std::string& fault : report.faults) std::cerr << fault << "\n";
  if (!report.faults.empty()) return refuse(report.faults.size() == 1 ? "1 fault" : std::to_string(report.faults.size()) + " faults");
  for (const std::string& line : report.summary) std::cout << line << "\n";
  return 0;
}

int check_centre(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return refuse(text.error());
  auto centre = contacts::parse_centre(*text);
  if (!centre) return refuse(centre.error());
  std::cout << file.string() << " is valid: " << centre->queues.size() << " queues, " << centre->agents.size() << " agents, " << centre->switches.size() << " switches\n";
  return 0;
}

int import_centre(const runtime::Settings& settings, const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return refuse(text.error());
  auto centre = contacts::parse_centre(*text);
  if (!centre) return refuse(centre.error());
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  auto version = (*store)->centres().put(*centre, "command line", runtime::Clock().now());
  if (!version) return refuse(version.error());
  std::cout << "version " << *version << " stored; a running server takes it on SIGHUP (systemctl reload callwright)\n";
  return 0;
}

int export_centre(const runtime::Settings& settings, std::int64_t version) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  if (version) {
    auto centre = (*store)->centres().get(version);
    if (!centre) return refuse(centre.error());
    std::cout << contacts::print_centre(*centre);
    return 0;
  }
  auto newest = (*store)->centres().newest();
  if (!newest) return refuse(newest.error());
  if (!*newest) return refuse("there is no centre document yet: callwright centre import FILE");
  std::cout << contacts::print_centre(**newest);
  return 0;
}

int list_centres(const runtime::Settings& settings) {
  auto store = contacts::open_store({.path = settings.store_path});
  if (!store) return refuse(store.error());
  auto heads = (*store)->centres().all();
  if (!heads) return refuse(heads.error());
  for (const auto& head : *heads) std::cout << head.version << "\t" << utc_text(head.at) << "\t" << head.by << "\n";
  return 0;
}

int examine_store(const runtime::Settings& settings, bool deep) {
  auto findings = contacts::examine({.path = settings.store_path});
  if (!findings) return refuse(findings.error());
  const bool is_current = std::ranges::none_of(*findings, [](const contacts::Finding& finding) { return finding.check == "schema" && !finding.good; });
  if (deep && is_current) {  // opening it would migrate an older one
    auto store = contacts::open_store({.path = settings.store_path});
    if (!store) return refuse(store.error());
    auto folds = compare_folds((*store)->journal());
    if (!folds) return refuse(folds.error());
    findings->push_back(std::move(*folds));
  }
  bool good = true;
  for (const auto& finding : *findings) {
    std::cout << (finding.good ? "ok    " : "WRONG ") << finding.check << ": " << finding.text << "\n";
    good = good && finding.good;
  }
  return good ? 0 : 1;
}

int init_tls(const std::filesystem::path& folder, const std::string& name) {
  auto made = runtime::init_local_ca(folder, name);
  if (!made) return refuse(made.error());
  std::cout << "Put into server.toml:\n\n[tls]\ncertificate = \"" << made->certificate.string() << "\"\nkey = \"" << made->key.string()
            << "\"\n\nand import " << made->ca_certificate.string() << " into the browsers as an authority.\n";
  return 0;
}

}  // namespace callwright::server
