#include "tests/unit/cti_sip/bench_server.hpp"

#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {

Lines BenchServer::said(const link::Actions& actions) {
  struct Words {
    BenchServer& bench;
    std::string operator()(const link::Open&) { return "open"; }
    std::string operator()(const link::Close&) { return "close"; }
    std::string operator()(const link::Send& send) {
      bench.sent.push_back(send.bytes);
      std::string start = send.bytes.substr(0, send.bytes.find("\r\n"));
      if (start.starts_with("SIP/2.0 ")) start.erase(0, 8);
      else start.resize(start.size() - 8);
      return start + " to " + send.to;
    }
    std::string operator()(const link::Emit& emit) {
      if (const auto* made = std::get_if<model::LegCreated>(&emit.event.body); made && made->device_class == model::DeviceClass::trunk)
        bench.caller = made->native_id;
      std::string line = model::line(emit.event.body);
      for (std::size_t at = line.find(bench.caller); !bench.caller.empty() && at != line.npos; at = line.find(bench.caller))
        line.replace(at, bench.caller.size(), "CALLER");
      return line;
    }
    std::string operator()(const link::Declare&) { return "declare"; }
    std::string operator()(const link::Log& log) {
      bench.logs.push_back(log.event + ": " + log.detail);
      return "";
    }
  };
  Lines all;
  for (const link::Action& action : actions)
    if (std::string line = std::visit(Words{*this}, action); !line.empty()) all.push_back(std::move(line));
  return all;
}

std::string invite(const std::string& branch, int cseq, const std::string& user) {
  auto lines = with(invite_lines(), "INVITE", "INVITE sip:" + user + "@10.0.0.5 SIP/2.0");
  lines = with(lines, "Via: SIP/2.0/UDP", "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=" + branch);
  return message(with(lines, "CSeq", "CSeq: " + std::to_string(cseq) + " INVITE"), invite_body());
}

std::string about_invite(const std::string& method, const std::string& to_tag, const std::string& branch, int cseq) {
  return message({method + " sip:4000@10.0.0.5 SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.1:5060;branch=" + branch, "Max-Forwards: 70",
                  "From: \"Alice Example\" <sip:+493011122@carrier.example.com;user=phone>;tag=1928301774",
                  "To: <sip:4000@10.0.0.5;user=phone>" + (to_tag.empty() ? "" : ";tag=" + to_tag), "Call-ID: a84b4c76e66710@pc33.example.com",
                  "CSeq: " + std::to_string(cseq) + " " + method, "Content-Length: 0"});
}

}  // namespace callwright::cti::sip::test
