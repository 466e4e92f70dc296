#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cti/asterisk/settings.hpp"

namespace callwright::cti::asterisk::test {

/// An HTTP server on a free port of loopback that answers as a test says: what the sockets of a link and the programs that ask
/// once (link check, release) are tried on. One thread a connection.
class FakeAri {
 public:
  struct Answer {
    int status = 200;
    std::string body;
    bool close_after = false;  ///< says nothing of it, as a server that tidies up idle connections
    bool no_answer = false;    ///< closes instead
  };
  using Handler = std::function<Answer(const std::string& line)>;  ///< `GET /ari/asterisk/info`

  struct Socket {
    bool opens = true;
    bool takes_requests = true;
    std::string greeting;  ///< sent when it opens
  };

  FakeAri(Handler handler, Socket socket);
  ~FakeAri();

  std::uint16_t port() const;
  Settings settings() const;
  /// The lines of all requests so far, those of the socket as `WS GET asterisk/ping`.
  std::vector<std::string> asked() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What an Asterisk that lacks nothing says.
FakeAri::Answer willing(const std::string& line);

}  // namespace callwright::cti::asterisk::test
