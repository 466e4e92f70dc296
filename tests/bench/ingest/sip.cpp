#include "cti/sip/codec.hpp"

#include <osipparser2/osip_parser.h>

#include <memory>
#include <stdexcept>

#include "tests/bench/ingest/ingest.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::bench {
namespace {

namespace sip = cti::sip;
using sip::test::message;

/// What a call that is queued, sent on and followed at the device brings us, and a ping.
std::vector<std::string> call() {
  const std::vector<std::string> same{"From: \"Alice Example\" <sip:+493011122@carrier.example.com;user=phone>;tag=1928301774",
                                      "To: <sip:4000@10.0.0.5;user=phone>;tag=cw7-1-9f", "Call-ID: a84b4c76e66710@pc33.example.com",
                                      "Max-Forwards: 70"};
  const auto with_same = [&](std::vector<std::string> lines, std::vector<std::string> more, std::string_view body = {}) {
    lines.insert(lines.end(), same.begin(), same.end());
    lines.insert(lines.end(), more.begin(), more.end());
    return message(lines, body);
  };
  const std::string dialogs =
      "<?xml version=\"1.0\"?>\n<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"3\" state=\"full\" "
      "entity=\"sip:1001@pbx.example.com\">\n"
      "<dialog id=\"d1\" call-id=\"a84b4c76e66710@pc33.example.com\" direction=\"recipient\"><state>early</state></dialog></dialog-info>\n";
  return {
      message(sip::test::invite_lines(), sip::test::invite_body()),
      with_same({"ACK sip:4000@10.0.0.5 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKPj2d5e3f0a-77"},
                {"CSeq: 314159 ACK", "Content-Length: 0"}),
      with_same({"NOTIFY sip:callwright@10.0.0.5:5060 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.2:5060;rport;branch=z9hG4bKPj8a1-12"},
                {"CSeq: 27 NOTIFY", "Contact: <sip:1001@10.0.0.2:5060>", "Event: dialog", "Subscription-State: active;expires=3480",
                 "Allow-Events: presence, dialog, message-summary, refer", "User-Agent: PBX 22.4", "Content-Type: application/dialog-info+xml",
                 "Content-Length: " + std::to_string(dialogs.size())},
                dialogs),
      with_same({"SIP/2.0 200 OK", "Via: SIP/2.0/UDP 10.0.0.5;rport=5060;received=10.0.0.5;branch=z9hG4bKcw7-44-8f"},
                {"CSeq: 12 SUBSCRIBE", "Contact: <sip:1001@10.0.0.2:5060>", "Record-Route: <sip:10.0.0.2;lr>", "Expires: 3600", "Server: PBX 22.4",
                 "Content-Length: 0"}),
      with_same({"OPTIONS sip:10.0.0.5 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKPj77"},
                {"CSeq: 1 OPTIONS", "Contact: <sip:ping@10.0.0.1:5060>", "Accept: application/sdp", "Supported: timer, path", "User-Agent: SBC 9.1",
                 "Content-Length: 0"}),
      with_same({"CANCEL sip:4000@10.0.0.5 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKPj2d5e3f0a-77"},
                {"CSeq: 314159 CANCEL", "Reason: Q.850;cause=16", "Content-Length: 0"}),
  };
}

}  // namespace

Subject sip() {
  const auto messages = std::make_shared<const std::vector<std::string>>(call());
  Subject subject{"sip", 0, messages->size(), {}, {}};
  for (const std::string& one : *messages) {
    subject.bytes += one.size();
    if (const auto read = sip::read_message(one, sip::Carrier::datagram); !read)
      throw std::runtime_error("sip: " + read.error().why);  // and osip is ready
  }
  subject.read = [messages] {
    std::uint64_t sum = 0;
    for (const std::string& one : *messages) sum += sip::read_message(one, sip::Carrier::datagram)->vias.front().host.size();
    return sum;
  };
  subject.baseline = [messages] {
    std::uint64_t sum = 0;
    for (const std::string& one : *messages) {
      osip_message_t* read = nullptr;
      osip_message_init(&read);
      if (osip_message_parse(read, one.data(), one.size()) == 0) sum += static_cast<std::uint64_t>(osip_list_size(&read->vias));
      osip_message_free(read);
    }
    return sum;
  };
  return subject;
}

}  // namespace callwright::bench
