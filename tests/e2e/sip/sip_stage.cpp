// The SIP link by itself behind real sockets, with a core of a few lines: 4000 waits a moment and is sent to the agent, every other number waits.
// Each event is a line of standard output; the end of standard input stops it.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <future>
#include <memory>

#include "cti/model/event_line.hpp"
#include "cti/sip/sip_link.hpp"
#include "runtime/clock.hpp"
#include "runtime/event_loop.hpp"

namespace {

using namespace callwright;
using namespace callwright::cti;

constexpr auto kWait = std::chrono::milliseconds(300);

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The SIP link with a core of a few lines"};
  sip::Settings settings;
  std::uint16_t port = 0;
  std::string agent;
  settings.trusted = {"127.0.0.0/8"};
  settings.blind = true;
  settings.watch = false;
  app.add_option("--port", port);
  app.add_option("--agent", agent, "URI to which callers of 4000 are sent");
  app.add_option("--callers", settings.callers, "that may wait");
  app.add_option("--fallback", settings.fallback, "URI");
  CLI11_PARSE(app, argc, argv);

  runtime::Clock clock;
  runtime::EventLoop loop("links");
  std::unique_ptr<sip::SipLink> link;
  const auto command = [&](model::CommandBody body) {
    model::Command made;
    made.contact = ContactId{1};
    made.epoch = 1;
    made.body = std::move(body);
    link->send(made);
  };
  model::LinkCallbacks callbacks;
  callbacks.event = [&](model::SwitchEvent event) {
    std::printf("%s\n", model::line(event.body).c_str());
    std::fflush(stdout);
    if (const auto* asked = std::get_if<model::RouteAsked>(&event.body)) {
      loop.post([&, caller = asked->native_id] { command(model::Park{caller}); });
      if (asked->entry == "4000")
        loop.post_after(kWait, [&, caller = asked->native_id] { command(model::Ring{agent, caller, "", "", OfferId{1}, std::chrono::seconds(20)}); });
    }
    return true;
  };
  loop.start();
  std::promise<std::uint16_t> bound;
  loop.post([&] {
    settings.port = port;
    link = std::make_unique<sip::SipLink>(loop, clock, "127.0.0.1", port, std::make_unique<sip::Machine>(settings, link::Identity{SwitchId{"sip"}, "sip", 1, 1}),
                                          callbacks);
    link->start();
    link->accepting(true);
    bound.set_value(link->port());
  });
  std::printf("listening %d\n", bound.get_future().get());
  std::fflush(stdout);
  std::array<char, 64> said{};
  while (std::fgets(said.data(), said.size(), stdin)) {
  }
  std::promise<void> stopped;
  loop.post([&] { link->stop([&] { stopped.set_value(); }); });
  stopped.get_future().wait();
  loop.post([&] { link.reset(); });
  loop.stop();
  loop.join();
  return 0;
}
