#include "server/config_check.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace callwright::server {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigCheck : public testing::Test {
 protected:
  ConfigCheck() { fs::create_directories(folder_); }
  ~ConfigCheck() override { fs::remove_all(folder_); }

  std::string write(const char* name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }
  ConfigReport examine(const std::string& settings, const std::string& centre) const {
    const std::string file = write("server.toml", settings);
    write("centre.toml", centre);
    return examine_config(file, runtime::Settings::load(file), {});
  }
  std::string settings_file() const { return (folder_ / "server.toml").string(); }
  std::string centre_file() const { return (folder_ / "centre.toml").string(); }

  const fs::path folder_ = fs::temp_directory_path() / ("callwright-config-check-" + std::to_string(getpid()));
  const std::string kGood =
      "name = \"C\"\n[[switch]]\nid = \"s\"\nkind = \"feed\"\nsecret = \"feed\"\n[[queue]]\nid = \"repairs\"\nname = \"R\"\n[[queue.rule]]\nwhen = "
      "'customer.tier == \"gold\"'\n"
      "priority = 800\ncredit = \"1m\"\n[[queue]]\nid = \"post\"\nname = \"P\"\nage_per_minute = 0\n[[queue]]\nid = \"old\"\nname = \"O\"\n"
      "[[agent]]\nid = \"ann\"\nname = \"A\"\nswitch = \"s\"\ndevice = \"1\"\nqueues = [{ queue = \"repairs\" }, { queue = \"post\" }]\n";
};

TEST_F(ConfigCheck, AGoodDocumentSaysHowLongAContactCanBePassedOver) {
  const ConfigReport report = examine("[secrets]\nfeed = \"feed.token\"\n", kGood);
  EXPECT_THAT(report.faults, IsEmpty());
  EXPECT_THAT(report.summary,
              ElementsAre(settings_file() + " is valid", centre_file() + " is valid: 3 queues, 1 agent",
                          "repairs: 1 member, 1 rule, 0 steps; nobody is passed over by contacts that arrive more than 14 min 20 s after him (a written contact: 17 min 40 s)",
                          "post: 1 member, 0 rules, 0 steps; no bound: age_per_minute is 0", "old: 0 members, 0 rules, 0 steps; nobody is a member"));
}

TEST_F(ConfigCheck, AQueueThatAsksSeveralAtOnceSaysHowMany) {
  for (const auto& [strategy, text] :
       {std::pair("ring_all", ", 0 steps, rings up to 5 at once; "), std::pair("claim", ", 0 steps, up to 5 may claim; ")}) {
    std::string grouped = kGood;
    grouped.insert(grouped.find("name = \"R\""), "strategy = \"" + std::string(strategy) + "\"\n");
    EXPECT_THAT(examine("[secrets]\nfeed = \"feed.token\"\n", grouped).summary, testing::Contains(HasSubstr(text)));
  }
}

TEST_F(ConfigCheck, TheDocumentationShowsWhatIsSaidOfItsExample) {
  std::ifstream file(CALLWRIGHT_SOURCE_DIR "/docs/centre.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str(), fence = "```toml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const ConfigReport report = examine("[secrets]\nasterisk_main = \"password\"\n", page.substr(begin, page.find("```", begin) - begin));
  EXPECT_THAT(report.faults, IsEmpty());
  ASSERT_EQ(report.summary.size(), 4u);
  EXPECT_THAT(page, HasSubstr("\n    " + report.summary[2] + "\n    " + report.summary[3] + "\n"));
}

TEST_F(ConfigCheck, TheExampleOfAnObservedQueueIsValid) {
  std::ifstream file(CALLWRIGHT_SOURCE_DIR "/docs/observed.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string page = text.str(), fence = "```toml\n";
  const std::size_t begin = page.find(fence) + fence.size();
  const ConfigReport report = examine("[secrets]\nasterisk_main = \"password\"\n", page.substr(begin, page.find("```", begin) - begin));
  EXPECT_THAT(report.faults, IsEmpty());
  EXPECT_THAT(report.summary, Contains("support: 1 member; observed, switch 'main' routes its queue 'support-en'"));
}

TEST_F(ConfigCheck, EachQueueOfTheDemoHasABound) {
  const std::string file = write("server.toml", "[secrets]\nfeed = \"feed.token\"\n");
  const ConfigReport report = examine_config(file, runtime::Settings::load(file), CALLWRIGHT_SOURCE_DIR "/packaging/demo/centre.toml");
  EXPECT_THAT(report.faults, IsEmpty());
  ASSERT_EQ(report.summary.size(), 5u);
  for (std::size_t queue = 2; queue < 5; ++queue) EXPECT_THAT(report.summary[queue], HasSubstr("nobody is passed over"));
}

TEST_F(ConfigCheck, AnObservedQueueHasNoBoundOfOurs) {
  const ConfigReport report = examine("[secrets]\nfeed = \"feed.token\"\n",
                                      "name = \"C\"\n[[switch]]\nid = \"main\"\nkind = \"feed\"\nsecret = \"feed\"\n"
                                      "[[queue]]\nid = \"help\"\nname = \"Help\"\nobserved = { switch = \"main\", name = \"support\" }\n"
                                      "[[agent]]\nid = \"a1\"\nname = \"A\"\nswitch = \"main\"\ndevice = \"1001\"\nqueues = [{ queue = \"help\" }]\n");
  EXPECT_THAT(report.faults, IsEmpty());
  EXPECT_THAT(report.summary, Contains("help: 1 member; observed, switch 'main' routes its queue 'support'"));
}

TEST_F(ConfigCheck, EveryFaultOfBothFilesIsToldWithFileAndLine) {
  const std::string centre = write("other.toml", "name = \"C\"\nseed = \"x\"\n[[agnet]]\n");
  const std::string file = write("server.toml", "\n[http]\nport = 0.5\n");
  EXPECT_THAT(examine_config(file, runtime::Settings::load(file), centre).faults,
              ElementsAre(HasSubstr(file + ": line 3: 'http.port' must be a whole number"),
                          HasSubstr(centre + ": line 2: the centre: 'seed' must be a whole number"),
                          centre + ": line 3: unknown key 'agnet' in the centre, did you mean 'agent'?"));
  EXPECT_EQ(examine_config(file, runtime::Settings::load(file), {}).faults.size(), 1u) << "where the document is stands in the settings";
}

TEST_F(ConfigCheck, SecretsThatSwitchesNameMustBeInTheSettings) {
  EXPECT_THAT(examine("", kGood).faults, ElementsAre(settings_file() + ": [secrets] has no 'feed', which switch 's' of the centre document names"));
}

TEST_F(ConfigCheck, ADocumentThatIsNotThereIsAFault) {
  const std::string nowhere = (folder_ / "nowhere.toml").string();
  EXPECT_THAT(examine_config({}, runtime::Settings::defaults(), nowhere).faults, ElementsAre(nowhere + ": cannot be read"));
}

}  // namespace
}  // namespace callwright::server
