#include <algorithm>
#include <boost/json.hpp>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <vector>

#include "cti/freeswitch/event.hpp"
#include "tests/bench/ingest/ingest.hpp"
#include "tests/data/unzip.hpp"

namespace callwright::bench {
namespace {

namespace freeswitch = cti::freeswitch;

constexpr std::size_t kPieceOfEsl = 64 << 10;  // what the driver reads at once

/// What a switch said to who asked for all events in this format, in every recording of the lab.
std::string said_in(const char* format) {
  std::vector<std::filesystem::path> files;
  for (const auto& folder : std::filesystem::directory_iterator(std::string(CALLWRIGHT_SOURCE_DIR) + "/tests/data/freeswitch"))
    if (std::filesystem::exists(folder.path() / (std::string(format) + ".gz"))) files.push_back(folder.path() / (std::string(format) + ".gz"));
  std::ranges::sort(files);
  std::string all;
  for (const auto& file : files) all += test::unzip(file, 2 << 20);
  if (all.empty()) throw std::runtime_error("no recordings");
  return all;
}

Subject lines_of(const char* codec, const std::shared_ptr<const std::string>& bytes) {
  Subject subject{codec, bytes->size(), 0, {}, {}};
  subject.baseline = [bytes] {
    std::uint64_t lines = 0;
    const char* at = bytes->data();
    const char* const end = at + bytes->size();
    while (const void* found = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
      ++lines;
      at = static_cast<const char*>(found) + 1;
    }
    return lines;
  };
  freeswitch::FrameReader counter;
  counter.push(*bytes);
  while (counter.next()) ++subject.messages;
  return subject;
}

Subject events_of(const char* codec, const char* format) {
  const auto bytes = std::make_shared<const std::string>(said_in(format));
  Subject subject = lines_of(codec, bytes);
  const auto reader = std::make_shared<freeswitch::FrameReader>();
  const auto event = std::make_shared<freeswitch::Event>();
  subject.read = [bytes, reader, event] {
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at < bytes->size(); at += kPieceOfEsl) {
      reader->push(std::string_view(*bytes).substr(at, kPieceOfEsl));
      while (const auto frame = reader->next()) {
        using Kind = freeswitch::Frame::Kind;
        if (frame->kind != Kind::json_event && frame->kind != Kind::plain_event) continue;
        event->read(*frame);
        sum += static_cast<std::uint64_t>(event->kind()) + (*event)[freeswitch::Field::UniqueId].size();
      }
    }
    return sum;
  };
  return subject;
}

}  // namespace

Subject esl() { return events_of("esl", "json"); }
Subject esl_plain() { return events_of("esl_plain", "plain"); }

/// What a general reader of JSON costs on the same bytes: why events are read in place.
Subject esl_dom() {
  const auto bytes = std::make_shared<const std::string>(said_in("json"));
  Subject subject = lines_of("esl_dom", bytes);
  subject.read = [bytes] {
    std::uint64_t sum = 0;
    freeswitch::FrameReader reader;
    std::vector<unsigned char> room(256 << 10);
    reader.push(*bytes);
    while (const auto frame = reader.next()) {
      if (frame->kind != freeswitch::Frame::Kind::json_event) continue;
      boost::json::monotonic_resource memory(room.data(), room.size());
      const boost::json::value event = boost::json::parse(frame->body, &memory);
      if (const auto* id = event.as_object().if_contains("Unique-ID")) sum += id->as_string().size();
    }
    return sum;
  };
  return subject;
}

}  // namespace callwright::bench
