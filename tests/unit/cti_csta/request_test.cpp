#include "cti/csta/request.hpp"

#include <gtest/gtest.h>

#include "cti/csta/error.hpp"

namespace callwright::cti::csta {
namespace {

const Connection kHeld{"C1", {"1001", "N<1001>;noa=nk"}};
const Connection kActive{"C2", {"1001", "1001"}};

TEST(CstaRequest, SaysConnectionsAsTheSwitchDid) {
  const auto xml = request::clear_connection(kHeld);
  ASSERT_TRUE(xml);
  EXPECT_TRUE(
      xml->ends_with("<connectionToBeCleared><callID>C1</callID><deviceID>N&lt;1001&gt;;noa=nk</deviceID></connectionToBeCleared>"
                     "</ClearConnection>"))
      << *xml;
}

TEST(CstaRequest, EachIsWhatItsNameSays) {
  const auto root = [](const Result<std::string>& xml) { return xml ? read_message(*xml)->root : xml.error().text(); };
  EXPECT_EQ(root(request::start_session("callwright", 600)), "StartApplicationSession");
  EXPECT_EQ(root(request::reset_session_timer("9", 600)), "ResetApplicationSessionTimer");
  EXPECT_EQ(root(request::stop_session("9")), "StopApplicationSession");
  EXPECT_EQ(root(request::monitor_start("1001")), "MonitorStart");
  EXPECT_EQ(root(request::monitor_stop("77")), "MonitorStop");
  EXPECT_EQ(root(request::snapshot_device("1001")), "SnapshotDevice");
  EXPECT_EQ(root(request::snapshot_call(kHeld)), "SnapshotCall");
  EXPECT_EQ(root(request::system_status()), "SystemStatus");
  EXPECT_EQ(root(request::system_status_answer()), "SystemStatusResponse");
  EXPECT_EQ(root(request::make_call("1001", "+4930222111")), "MakeCall");
  EXPECT_EQ(root(request::answer_call(kHeld)), "AnswerCall");
  EXPECT_EQ(root(request::hold_call(kHeld)), "HoldCall");
  EXPECT_EQ(root(request::retrieve_call(kHeld)), "RetrieveCall");
  EXPECT_EQ(root(request::consultation_call(kHeld, "1002")), "ConsultationCall");
  EXPECT_EQ(root(request::transfer_call(kHeld, kActive)), "TransferCall");
  EXPECT_EQ(root(request::deflect_call(kHeld, "1002")), "DeflectCall");
}

TEST(CstaRequest, HostileValuesAreRefusedAndMarkupIsText) {
  for (const std::string& value :
       {std::string(), std::string("1\n2"), std::string("1\0", 2), std::string(kTextBytes + 1, '1'), std::string("\x7F")}) {
    const auto xml = request::deflect_call(kHeld, value);
    ASSERT_FALSE(xml);
    EXPECT_EQ(xml.error().code, errc::refused_value);
  }
  const auto xml = request::monitor_start("</deviceObject><a/>&");
  ASSERT_TRUE(xml);
  EXPECT_NE(xml->find("<deviceObject>&lt;/deviceObject&gt;&lt;a/&gt;&amp;</deviceObject>"), xml->npos);
}

}  // namespace
}  // namespace callwright::cti::csta
