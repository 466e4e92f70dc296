#include "server/demo_crew.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <set>
#include <thread>

namespace callwright::server {
namespace {

TEST(DemoCrew, ItsRequestsHaveDifferentNumbersAlsoWhileItBegins) {
  journal::Centre centre;
  for (const char* id : {"a1", "a2", "a3"}) centre.agents.push_back({.id = AgentId{id}});
  std::mutex mutex;
  std::set<std::string> ids;
  std::size_t requests = 0;
  DemoCrew crew(centre, AgentId{"a1"}, 7, [&](core::Request request) {
    std::lock_guard lock(mutex);
    ++requests;
    ids.insert(request.id);
  });
  const core::AgentView missed{.agent = AgentId{"a2"}, .state = journal::AgentState::not_ready, .reason = "no_answer"};
  std::thread core([&] {
    for (int i = 0; i < 2000; ++i) crew.follow({missed});
  });
  for (int i = 0; i < 500; ++i) crew.begin();
  core.join();
  EXPECT_EQ(requests, 2000U + 500 * 2 * 2);
  EXPECT_EQ(ids.size(), requests);
}

}  // namespace
}  // namespace callwright::server
