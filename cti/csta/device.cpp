#include "cti/csta/device.hpp"

namespace callwright::cti::csta {

Device read_device(std::string_view said) {
  std::string_view number = said;
  if (const std::size_t open = number.find('<'); open != number.npos) {
    number = number.substr(open + 1);
    number = number.substr(0, number.find('>'));
  }
  for (const std::string_view scheme : {"tel:", "sips:", "sip:"})
    if (number.starts_with(scheme)) number.remove_prefix(scheme.size());
  number = number.substr(0, number.find_first_of(";:@"));
  return {std::string(number), std::string(said)};
}

}  // namespace callwright::cti::csta
