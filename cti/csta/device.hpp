#pragma once
#include <string>
#include <string_view>

namespace callwright::cti::csta {

/// A device as a switch names it, and the number alone, which is the same in whatever dress it comes.
///
///     N<+4930222111>Line00001;displayNumber=00001;noa=nk   OpenScape          +4930222111
///     1001:SWITCH:10.0.0.1:0                               Avaya              1001
///     tel:+4930222111;phone-context=x  sip:1001@pbx        URIs               +4930222111, 1001
struct Device {
  std::string number;  ///< empty: not known
  std::string said;    ///< as the switch gave it, and as it wants it back
  bool operator==(const Device&) const = default;
};

/// `said` stays as it is.
Device read_device(std::string_view said);

}  // namespace callwright::cti::csta
