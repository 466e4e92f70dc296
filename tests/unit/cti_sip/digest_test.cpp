#include "cti/sip/digest.hpp"

#include <gmock/gmock.h>

#include "cti/sip/guard.hpp"
#include "tests/unit/cti_sip/bench_server.hpp"
#include "tests/unit/cti_sip/sample.hpp"

namespace callwright::cti::sip::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

// --- vectors ---------------------------------------------------------------------------------------------------------------

TEST(Digest, HashesAreThoseOfTheirStandards) {
  EXPECT_EQ(digest::hash(digest::Algorithm::md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");                                     // RFC 1321
  EXPECT_EQ(digest::hash(digest::Algorithm::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180
  EXPECT_EQ(digest::keyed_hash("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");  // RFC 4231
}

/// RFC 7616, 3.9.1.
digest::Claim http_example(digest::Algorithm algorithm) {
  return {"Mufasa",
          "http-auth@example.org",
          "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
          "/dir/index.html",
          "auth",
          "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
          "",
          "00000001",
          algorithm};
}

TEST(Digest, AnswersAreThoseOfRfc7616) {
  EXPECT_EQ(digest::response(http_example(digest::Algorithm::md5), "Circle of Life", "GET"), "8ca523f5e9506fed4657c9700eebdbec");
  EXPECT_EQ(digest::response(http_example(digest::Algorithm::sha256), "Circle of Life", "GET"),
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
}

TEST(Digest, AnswersAreThoseOfRfc2617) {
  const digest::Claim claim{"Mufasa",   "testrealm@host.com",  "dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html", "auth", "0a4f113b", "",
                            "00000001", digest::Algorithm::md5};
  EXPECT_EQ(digest::response(claim, "Circle Of Life", "GET"), "6629fae49393a05397450978507c4ef1");
}

TEST(Digest, AClientAnswersWhatTheServerExpects) {
  const Word challenge{"Digest",
                       {{"realm", "\"http-auth@example.org\""},
                        {"qop", "\"auth, auth-int\""},
                        {"algorithm", "SHA-256"},
                        {"nonce", "\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\""},
                        {"opaque", "\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""}}};
  const auto word =
      digest::answer(challenge, "Mufasa", "Circle of Life", "GET", "/dir/index.html", 1, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
  ASSERT_TRUE(word);
  EXPECT_EQ(*find(word->parameters, "response"), "\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\"");
  EXPECT_EQ(*find(word->parameters, "nc"), "00000001");
  EXPECT_EQ(*find(word->parameters, "opaque"), "\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
  const auto claim = digest::read_claim(*word);
  ASSERT_TRUE(claim);
  EXPECT_EQ(digest::response(*claim, "Circle of Life", "GET"), claim->response);
}

TEST(Digest, WhatWeDoNotDoIsNotAnswered) {
  const auto answered = [](const Word& challenge) { return digest::answer(challenge, "a", "b", "INVITE", "sip:x", 1, "c").has_value(); };
  EXPECT_TRUE(answered({"Digest", {{"nonce", "\"n\""}}})) << "RFC 2069";
  EXPECT_FALSE(answered({"Digest", {{"nonce", "\"n\""}, {"qop", "\"auth-int\""}}}));
  EXPECT_FALSE(answered({"Digest", {{"nonce", "\"n\""}, {"algorithm", "SHA-512-256"}}}));
  EXPECT_FALSE(answered({"Digest", {{"nonce", "\"n\""}, {"algorithm", "MD5-sess"}}}));
  EXPECT_FALSE(answered({"Basic", {}}));
}

// --- a server with accounts ------------------------------------------------------------------------------------------------

Settings with_accounts() {
  Settings settings = usual_settings();
  settings.trusted = {"10.9.0.0/16"};
  settings.accounts = {{"sbc", "secret"}};
  settings.nonce_secret = "0123456789abcdef";
  return settings;
}

/// A client that knows a password.
struct Client : BenchServer {
  Client() : BenchServer(with_accounts()) {}

  /// Asks without a password; the challenge that comes is remembered.
  Lines ask() {
    const Lines lines = packet(request({}));
    if (lines.size() == 1 && lines[0].starts_with("401")) challenges = last_message().challenges;
    return lines;
  }
  Lines claim(std::uint32_t nc, const std::string& password = "secret", std::size_t which = 0, const std::string& username = "sbc") {
    const auto word = digest::answer(challenges.at(which), username, password, "INVITE", "sip:4000@10.0.0.5", nc, "cn");
    return packet(request("Authorization: " + header(*word)));
  }
  static std::string header(const Word& word) {
    std::string text = word.word;
    for (const char* mark = " "; const auto& [name, value] : word.parameters) {
      text += mark + name + "=" + value;
      mark = ", ";
    }
    return text;
  }
  std::string request(const std::string& authorization) {
    ++n;
    std::string bytes = invite("z9hG4bK" + std::to_string(n), n);
    if (!authorization.empty()) bytes.insert(bytes.find("Allow: "), authorization + "\r\n");
    return bytes;
  }

  int n = 0;
  std::vector<Word> challenges;
};

const std::string k401 = "401 Unauthorized to udp 10.0.0.1 5060", k403 = "403 Forbidden to udp 10.0.0.1 5060",
                  k100 = "100 Trying to udp 10.0.0.1 5060";

TEST(SipAccounts, WhoIsNotTrustedIsAskedForAPasswordTheBetterAlgorithmFirst) {
  Client client;
  EXPECT_THAT(client.ask(), ElementsAre(k401));
  ASSERT_EQ(client.challenges.size(), 2u);
  EXPECT_EQ(*find(client.challenges[0].parameters, "algorithm"), "SHA-256");
  EXPECT_EQ(*find(client.challenges[1].parameters, "algorithm"), "MD5");
  EXPECT_EQ(*find(client.challenges[0].parameters, "realm"), "\"callwright\"");
  EXPECT_EQ(find(client.challenges[0].parameters, "stale"), nullptr);
  EXPECT_THAT(client.claim(1), Contains(k100));
  EXPECT_EQ(client.machine.counts().challenged, 1u);
}

TEST(SipAccounts, MD5WillDo) {
  Client client;
  client.ask();
  EXPECT_THAT(client.claim(1, "secret", 1), Contains(k100));
}

TEST(SipAccounts, AWrongPasswordOrNameIsForbidden) {
  Client client;
  client.ask();
  EXPECT_THAT(client.claim(1, "guess"), ElementsAre(k403));
  EXPECT_THAT(client.claim(1, "secret", 0, "sbd"), ElementsAre(k403));
  EXPECT_EQ(client.machine.counts().forbidden, 2u);
  EXPECT_THAT(client.logs, Contains(std::string("sip_forbidden: INVITE from 10.0.0.1")));
}

TEST(SipAccounts, ACountIsTakenOnceAndInRisingOrder) {
  Client client;
  client.ask();
  EXPECT_THAT(client.claim(1), Contains(k100));
  EXPECT_THAT(client.claim(1), ElementsAre(k401)) << "a replay";
  EXPECT_THAT(client.last(), HasSubstr("stale=true"));
  EXPECT_THAT(client.claim(2), Contains(k100));
  EXPECT_THAT(client.claim(5), Contains(k100));
  EXPECT_THAT(client.claim(4), ElementsAre(k401));
}

TEST(SipAccounts, ANonceGrowsOldAndIsGivenAnewWithoutAskingThePersonAgain) {
  Client client;
  client.ask();
  client.until(301);
  EXPECT_THAT(client.claim(1), ElementsAre(k401));
  EXPECT_THAT(client.last(), HasSubstr("stale=true"));
  client.challenges = client.last_message().challenges;
  EXPECT_THAT(client.claim(1), Contains(k100));
}

TEST(SipAccounts, ANonceOfSomebodyElseIsWorthNothing) {
  Client client;
  client.ask();
  client.peer.host = "10.0.0.2";
  EXPECT_THAT(client.claim(1), ElementsAre("401 Unauthorized to udp 10.0.0.2 5060"));
  client.peer.host = "10.0.0.1";
  client.challenges[0].parameters[1].value = "\"1795000000ffffffffffffffffffffffffffffffff\"";
  EXPECT_THAT(client.claim(1), ElementsAre(k401)) << "or of nobody";
}

TEST(SipAccounts, AClaimForAnotherTargetOrWithoutACountIsNone) {
  Client client;
  client.ask();
  const auto other = digest::answer(client.challenges[0], "sbc", "secret", "INVITE", "sip:5000@10.0.0.5", 1, "cn");
  EXPECT_THAT(client.packet(client.request("Authorization: " + Client::header(*other))), ElementsAre(k401));
  std::erase_if(client.challenges[0].parameters, [](const Parameter& one) { return one.name == "qop"; });
  EXPECT_THAT(client.claim(1), ElementsAre(k401)) << "it could be replayed";
  EXPECT_THAT(client.packet(client.request("Authorization: NoOneKnowsThisScheme opaque-data=here")), ElementsAre(k401));
}

TEST(SipAccounts, ATrustedNetworkNeedsNone) {
  Client client;
  client.peer.host = "10.9.1.1";
  EXPECT_THAT(client.ask(), Contains(std::string("100 Trying to udp 10.9.1.1 5060")));
}

TEST(SipAccounts, WithoutAccountsStrangersAreForbidden) {
  Settings settings = with_accounts();
  settings.accounts.clear();
  BenchServer bench(settings);
  EXPECT_THAT(bench.packet(invite()), ElementsAre(k403));
}

TEST(SipAccounts, WhoHasAPasswordIsNotBelievedWhenHeAssertsSomebodyElse) {
  Client client;
  client.ask();
  const auto word = digest::answer(client.challenges[0], "sbc", "secret", "INVITE", "sip:4000@10.0.0.5", 1, "cn");
  std::string bytes = client.request("Authorization: " + Client::header(*word));
  const std::string asserted = "P-Asserted-Identity: <sip:+493011122@";
  bytes.replace(bytes.find(asserted), asserted.size(), "P-Asserted-Identity: <sip:+491@");
  EXPECT_THAT(client.packet(bytes), Contains(HasSubstr("trunk from +493011122 to 4000")));
}

TEST(SipGuard, RemembersAsManyNoncesAsItsLimitSaysAndTrustsNoneThatItForgot) {
  Guard guard(Networks{}, {{"sbc", "secret"}}, "callwright", "0123456789abcdef", 50);
  const Flow from{Flow::Transport::udp, "10.0.0.1", 5060, 0};
  const auto claim = [&](const Word& challenge, Instant now) {
    auto request = read_message(invite(), Carrier::datagram).value();
    request.authorizations = {*digest::answer(challenge, "sbc", "secret", "INVITE", request.target_text, 1, "cn")};
    return guard.judge(request, from, now).what;
  };
  using What = Guard::Decision::What;
  const Word first = guard.challenges(from, false, kNoon)[0];
  EXPECT_EQ(claim(first, kNoon), What::known);
  EXPECT_EQ(claim(first, kNoon), What::challenge);
  Flow other = from;
  for (std::size_t i = 0; i < 50; ++i) {
    other.host = std::to_string(i);
    auto request = read_message(invite(), Carrier::datagram).value();
    request.authorizations = {
        *digest::answer(guard.challenges(other, false, kNoon + std::chrono::seconds(1))[0], "sbc", "secret", "INVITE", request.target_text, 1, "c")};
    ASSERT_EQ(guard.judge(request, other, kNoon + std::chrono::seconds(1)).what, What::known);
  }
  EXPECT_EQ(claim(first, kNoon + std::chrono::seconds(1)), What::challenge) << "forgotten, and not taken again";
}

}  // namespace
}  // namespace callwright::cti::sip::test
