#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace callwright::cti::sip::test {

/// Lines as a message: each ended by CRLF, an empty line, the body.
inline std::string message(const std::vector<std::string>& lines, std::string_view body = {}) {
  std::string text;
  for (const std::string& line : lines) text += line + "\r\n";
  return text + "\r\n" + std::string(body);
}

/// An INVITE as a carrier's session border controller sends it.
inline std::vector<std::string> invite_lines() {
  return {"INVITE sip:4000@10.0.0.5:5060;user=phone SIP/2.0",
          "Via: SIP/2.0/UDP 10.0.0.1:5060;rport;branch=z9hG4bKPj2d5e3f0a-77",
          "Via: SIP/2.0/TCP 192.0.2.55:5061;received=198.51.100.4;branch=z9hG4bK776asdhds",
          "Max-Forwards: 69",
          "Record-Route: <sip:10.0.0.1;lr;ftag=1928301774>",
          "From: \"Alice Example\" <sip:+493011122@carrier.example.com;user=phone>;tag=1928301774",
          "To: <sip:4000@10.0.0.5;user=phone>",
          "Call-ID: a84b4c76e66710@pc33.example.com",
          "CSeq: 314159 INVITE",
          "Contact: <sip:+493011122@192.0.2.55:5061;transport=tcp>",
          "P-Asserted-Identity: <sip:+493011122@carrier.example.com>",
          "Diversion: <sip:+4930999@carrier.example.com>;reason=unconditional;counter=1",
          "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK",
          "Supported: timer, 100rel, histinfo",
          "User-Agent: Carrier SBC 9.1",
          "Content-Type: application/sdp",
          "Content-Length: 129"};
}
inline std::string invite_body() {
  return "v=0\r\no=- 1 1 IN IP4 192.0.2.55\r\ns=-\r\nc=IN IP4 192.0.2.55\r\nt=0 0\r\nm=audio 49170 RTP/AVP 8 0 101\r\na=rtpmap:101 "
         "telephone-event/80\r\n";
}

/// The same lines with the one that begins with `name` replaced (or left out, if `by` is empty).
inline std::vector<std::string> with(std::vector<std::string> lines, std::string_view name, const std::string& by) {
  std::vector<std::string> changed;
  for (std::string& line : lines)
    if (!line.starts_with(name)) changed.push_back(std::move(line));
    else if (!by.empty()) changed.push_back(by);
  return changed;
}

}  // namespace callwright::cti::sip::test
