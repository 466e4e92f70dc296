#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// SIP as plain types: what the codec makes of a message's bytes. Everything stays text as it stood on the wire (escapes and quotes too), but for
/// what RFC 3261 gives a range: CSeq's number, Max-Forwards, Expires, a status.
namespace callwright::cti::sip {

struct Parameter {
  std::string name;
  std::string value;  ///< quotes included; empty: a flag
  bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

/// The value of the first parameter of this name, compared without case; null if there is none.
const std::string* find(const Parameters& parameters, std::string_view name);

struct Uri {
  std::string scheme;  ///< in lower case
  std::string user;    ///< escaped, as on the wire; may be empty
  std::string password;
  std::string host;  ///< an IPv6 address without its brackets
  std::string port;  ///< empty: the default
  Parameters parameters;
  Parameters headers;
  std::string rest;  ///< of schemes other than sip and sips: all that follows the colon, and nothing else is set
  bool operator==(const Uri&) const = default;
};

/// From, To, Contact, Route and what else holds an address.
struct Address {
  std::string display;  ///< without its quotes and escapes
  Uri uri;
  Parameters parameters;
  std::string_view tag() const;
  bool operator==(const Address&) const = default;
};

struct Via {
  std::string transport;  ///< UDP, TCP, ... in upper case
  std::string host;
  std::string port;
  Parameters parameters;
  std::string_view branch() const;
  bool operator==(const Via&) const = default;
};

struct CSeq {
  std::uint32_t number = 0;  ///< below 2^31
  std::string method;
  bool operator==(const CSeq&) const = default;
};

/// Content-Type, Event, Subscription-State, Reason: a word and its parameters. Authorization and WWW-Authenticate: the scheme and what it says.
struct Word {
  std::string word;
  Parameters parameters;
  bool operator==(const Word&) const = default;
};

struct Header {
  std::string name;
  std::string value;
  bool operator==(const Header&) const = default;
};

/// The lines of a request that its responses repeat, as they stood there without folding. In that of a message that cannot be read some are empty.
struct Echo {
  std::vector<std::string> vias;
  std::vector<std::string> record_routes;
  std::string from, to, call_id, cseq;
  bool to_has_tag = false;
  bool operator==(const Echo&) const = default;
};

struct Message {
  // A request has a method and a target, a response a status and its phrase.
  std::string method;
  Uri target;
  std::string target_text;  ///< the Request-URI as it stood there
  std::int32_t status = 0;
  std::string phrase;

  std::vector<Via> vias;  ///< at least one, the last hop first
  Address from, to;
  std::string call_id;
  CSeq cseq;
  std::optional<std::uint8_t> max_forwards;
  std::vector<Address> contacts;
  bool any_contact = false;  ///< `Contact: *`
  std::vector<Address> routes;
  std::vector<Address> record_routes;  ///< of a response; those of a request are only repeated
  std::vector<std::string> require, proxy_require, supported, accept;
  std::optional<std::uint32_t> expires, min_expires, retry_after;
  Word event, subscription_state, content_type;
  std::vector<Word> authorizations, challenges, reasons;
  std::vector<Address> diversions, asserted;  ///< Diversion, P-Asserted-Identity
  std::vector<Header> others;                 ///< what stands in no member above
  std::string body;
  Echo echo;

  bool is_request() const { return status == 0; }
  bool operator==(const Message&) const = default;
};

/// Why bytes are no message.
struct Refusal {
  std::int32_t status = 0;  ///< with which a request is answered; 0: with nothing (a response, or nobody to answer)
  std::string why;
  Echo echo;  ///< then it says whom to answer: `echo.vias` is not empty
  bool is_ack = false;
  bool operator==(const Refusal&) const = default;
};

}  // namespace callwright::cti::sip
