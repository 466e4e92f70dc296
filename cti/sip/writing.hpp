#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cti/sip/message.hpp"

namespace callwright::cti::sip {

/// The only place where a message is written. Every value is held to the same grammar to which we hold what comes in (grammar.hpp): the first that
/// does not fit makes `take` fail with `errc::refused_value`, and nothing goes out. Names that people are shown are reduced instead (`shown`).
///
///     Writing::response(request.echo, 302, "Moved Temporarily", tag).contact(agent, 1.0).take()
class Writing {
 public:
  static Writing request(std::string_view method, std::string_view target);
  /// Repeats what a response must repeat. `tag` is put behind To, if the request has none there and `status` is not 100; empty: none. Record-Route is
  /// repeated in what may begin a dialog (101 to 299).
  static Writing response(const Echo& echo, std::int32_t status, std::string_view phrase, std::string_view tag);

  Writing& via(const Via& via);
  Writing& from(const Address& address);
  Writing& to(const Address& address);
  Writing& call_id(std::string_view id);
  Writing& cseq(std::uint32_t number, std::string_view method);
  Writing& max_forwards(std::uint8_t hops);
  Writing& routes(std::span<const Address> routes);
  Writing& contact(const Address& address);
  Writing& expires(std::uint32_t seconds);
  Writing& min_expires(std::uint32_t seconds);
  Writing& retry_after(std::uint32_t seconds);
  Writing& event(const Word& event);
  Writing& reason(const Word& reason);
  Writing& allow(std::span<const std::string> methods);
  Writing& accept(std::span<const std::string> types);
  Writing& supported(std::span<const std::string> extensions);
  Writing& unsupported(std::span<const std::string> extensions);
  Writing& challenge(const Word& challenge);
  /// `proxy`: in answer to 407.
  Writing& authorization(const Word& credentials, bool proxy);

  /// The whole message, with Content-Length. `type` empty: no body.
  Result<std::string> take(std::string_view type = {}, std::string_view body = {});

 private:
  Writing& add(std::string_view name, std::string_view value, bool fits);
  Writing& list(std::string_view name, std::span<const std::string> values, bool (*fits)(std::string_view));

  std::string text_;
  std::string refused_;  ///< the name of the first value that does not fit
};

// How things are written; whether they may stand so is looked at above.
std::string text_of(const Uri& uri);
std::string text_of(const Address& address);
std::string text_of(const Via& via);
std::string text_of(const Word& word);
std::string quoted(std::string_view text);

/// `text` without control characters, at most 128 bytes: for display names and phrases.
std::string shown(std::string_view text);

}  // namespace callwright::cti::sip
