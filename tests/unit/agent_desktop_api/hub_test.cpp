// The hub alone, in a time of the test's own.
#include "agent-desktop-api/session/hub.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace callwright::desktop {
namespace {

class Ear final : public Socket {
 public:
  explicit Ear(const Instant& now) : now_(now) {}
  void send(Frame frame) override {
    heard.push_back(now_);
    last = frame.head;
  }
  void close(Close, std::string) override { closed = true; }
  std::size_t queued_bytes() const override { return 0; }

  std::vector<Instant> heard;
  std::string last;
  bool closed = false;

 private:
  const Instant& now_;
};

struct Guest {
  std::shared_ptr<SocketPeer> page;
  std::shared_ptr<Ear> ear;
};

class ManyPages : public testing::Test {
 protected:
  static constexpr int kPages = 400;
  static constexpr Duration kTurn = std::chrono::milliseconds(31);

  ManyPages() {
    hub_.ready();
    for (int i = 0; i < kPages; ++i) {
      Principal who;
      who.name = "user:" + std::to_string(i + 1);
      who.user = UserId{i + 1};
      guests_.push_back({hub_.new_page(who), std::make_shared<Ear>(now_)});
      guests_.back().page->opened(guests_.back().ear);
      guests_.back().page->text(R"({"type":"hello","client_version":"test","tab_id":"t"})");
      guests_.back().ear->heard.clear();
    }
  }
  ~ManyPages() override {
    for (const auto& guest : guests_) guest.page->closed();
  }

  /// Ticks for so long; how many frames left in each turn.
  std::vector<std::size_t> pass(Duration time) {
    std::vector<std::size_t> frames;
    for (const Instant end = now_ + time; now_ < end;) {
      now_ = now_ + kTurn;
      hub_.tick();
      frames.push_back(static_cast<std::size_t>(std::ranges::count_if(guests_, [&](const Guest& guest) { return !guest.ear->heard.empty() && guest.ear->heard.back() == now_; })));
    }
    return frames;
  }

  Instant now_{1'795'000'000'000'000};
  runtime::Metrics metrics_;
  Hub hub_{metrics_, {}, {[](core::Request) { return true; }, [this] { return now_; }, [](const Choice&, auto) {}, [](OfferId) {}}};
  std::vector<Guest> guests_;
};

TEST_F(ManyPages, ThatCameTogetherAreNotSpokenToTogether) {
  const auto first = pass(std::chrono::seconds(4));
  EXPECT_LE(*std::ranges::max_element(first), kPages / Hub::kTurns) << "a turn is a share of the pages";
  (void)pass(std::chrono::seconds(20));
  const auto later = pass(std::chrono::seconds(4));
  EXPECT_LE(*std::ranges::max_element(later), kPages / Hub::kTurns * 2 / 3) << "with time they drift apart";
}

TEST_F(ManyPages, EachHearsAWordInEverySilenceAndAHeartbeatInItsTime) {
  const Instant began = now_;
  (void)pass(std::chrono::seconds(14));
  for (const Guest& guest : guests_) {
    ASSERT_FALSE(guest.ear->closed);
    Instant before = began;
    for (const Instant at : guest.ear->heard) {
      ASSERT_LE(at - before, std::chrono::milliseconds(2'000) + 2 * static_cast<int>(Hub::kTurns) * kTurn);
      before = at;
    }
  }
  (void)pass(std::chrono::seconds(2));
  std::size_t pinged = 0;
  for (const Guest& guest : guests_) {
    guest.page->text(R"({"type":"pong","n":1})");
    pinged += guest.ear->closed ? 0 : 1;
  }
  EXPECT_EQ(pinged, guests_.size());
  (void)pass(std::chrono::seconds(46));
  for (const Guest& guest : guests_) EXPECT_TRUE(guest.ear->closed) << "two heartbeats without an answer";
}

class Asked : public testing::Test {
 protected:
  void SetUp() override { hub_.ready(); }
  void ask() {
    hub_.ask({0, "user:3", std::to_string(++made_), {}, core::SetEmergency{QueueId{"repairs"}, true}},
             [this](const core::Reply& reply) { answers_.push_back(reply.result); });
  }

  Instant now_{1'795'000'000'000'000};
  runtime::Metrics metrics_;
  std::vector<core::Request> requests_;
  bool room_ = true;
  Hub hub_{metrics_,
           {},
           {[this](core::Request request) {
              if (room_) requests_.push_back(std::move(request));
              return room_;
            },
            [this] { return now_; }, [](const Choice&, auto) {}, [](OfferId) {}}};
  std::vector<Result<void>> answers_;
  int made_ = 0;
};

TEST_F(Asked, WhatTheCoreAnswersIsToldToWhoAskedOnce) {
  ask();
  ask();
  ASSERT_EQ(requests_.size(), 2u);
  EXPECT_EQ(requests_[0].principal, "user:3");
  EXPECT_NE(requests_[0].session, requests_[1].session);
  hub_.reply({requests_[1].session, requests_[1].id, fail(core::Errc::unknown_queue), {}});
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0].error().code, core::Errc::unknown_queue);
  hub_.reply({requests_[0].session, requests_[0].id, {}, {}});
  hub_.reply({requests_[0].session, requests_[0].id, {}, {}});
  ASSERT_EQ(answers_.size(), 2u);
  EXPECT_TRUE(answers_[1]);
}

TEST_F(Asked, WhoIsNotAnsweredInTimeIsToldSo) {
  ask();
  now_ = now_ + Hub::kAskedLimit;
  hub_.tick();
  ASSERT_EQ(answers_.size(), 1u);
  EXPECT_EQ(answers_[0].error().code, Errc::too_slow);
  hub_.reply({requests_[0].session, requests_[0].id, {}, {}});
  EXPECT_EQ(answers_.size(), 1u);
}

TEST_F(Asked, NoMoreWaitThanThereIsRoomFor) {
  room_ = false;
  ask();
  EXPECT_EQ(answers_.at(0).error().code, Errc::busy);
  room_ = true;
  for (std::size_t i = 0; i < Hub::kAsked; ++i) ask();
  EXPECT_EQ(answers_.size(), 1u);
  ask();
  EXPECT_EQ(answers_.at(1).error().code, Errc::busy);
  hub_.drain(std::chrono::milliseconds(1));
  ask();
  EXPECT_EQ(answers_.at(2).error().code, Errc::draining);
}

}  // namespace
}  // namespace callwright::desktop
