#include "cti/csta/frame.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace callwright::cti::csta {
namespace {

using Frames = std::vector<std::pair<std::int32_t, std::string>>;

Frames read(FrameReader& reader, std::string_view bytes, std::size_t piece) {
  Frames frames;
  while (!bytes.empty()) {
    reader.push(bytes.substr(0, piece));
    while (const auto frame = reader.next()) frames.emplace_back(frame->invoke_id, frame->xml);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return frames;
}

TEST(CstaFrame, HasTwoZeroBytesTheWholeLengthAndFourDigits) {
  EXPECT_EQ(*framed(7, "<a/>"), std::string("\0\0\0\x0C"
                                            "0007<a/>",
                                            12));
  EXPECT_EQ(framed(9999, std::string(995, 'x'))->substr(0, 8), std::string("\0\0\x03\xEB"
                                                                           "9999",
                                                                           8));
}

TEST(CstaFrame, IsReadHoweverItIsCut) {
  const std::string bytes = *framed(0, "<a/>") + *framed(9999, std::string(700, 'x')) + *framed(9998, "<b/>");
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    EXPECT_EQ(read(reader, bytes, piece), (Frames{{0, "<a/>"}, {9999, std::string(700, 'x')}, {9998, "<b/>"}})) << piece;
    EXPECT_EQ(reader.broken(), "");
  }
}

TEST(CstaFrame, HoldsAsMuchAsItsLengthCanSay) {
  const std::string most(Frame::kMost - Frame::kHeader, 'x');
  FrameReader reader;
  EXPECT_EQ(read(reader, *framed(1, most), 1'000), (Frames{{1, most}}));
  EXPECT_FALSE(framed(1, most + "x"));
  EXPECT_FALSE(framed(10'000, "<a/>"));
  EXPECT_FALSE(framed(-1, "<a/>"));
}

TEST(CstaFrame, AHeaderThatCannotBeOneEndsTheReading) {
  const std::vector<std::pair<std::string, std::string_view>> wrong = {
      {std::string("\0\1\0\x0C"
                   "0007<a/>",
                   12),
       "a frame that does not begin with two zero bytes"},
      {std::string("\0\0\0\x08"
                   "0007<a/>",
                   12),
       "a frame without content"},
      {std::string("\0\0\0\x00"
                   "0007<a/>",
                   12),
       "a frame without content"},
      {std::string("\0\0\0\x0C"
                   "00x7<a/>",
                   12),
       "a frame whose invoke id is no number"},
  };
  for (const auto& [bytes, why] : wrong) {
    FrameReader reader;
    EXPECT_EQ(read(reader, *framed(1, "<a/>") + bytes, 3), (Frames{{1, "<a/>"}})) << why;
    EXPECT_EQ(reader.broken(), why);
    EXPECT_TRUE(read(reader, *framed(2, "<a/>"), 100).empty()) << "nothing is read any more";
  }
}

}  // namespace
}  // namespace callwright::cti::csta
