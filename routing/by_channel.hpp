#pragma once
#include <array>
#include <cstddef>

#include "journal/centre.hpp"

namespace callwright::routing {

/// One value for each channel.
template <class T>
class ByChannel {
 public:
  T& operator[](journal::Channel channel) { return values_[static_cast<std::size_t>(channel) - 1]; }
  const T& operator[](journal::Channel channel) const { return values_[static_cast<std::size_t>(channel) - 1]; }

 private:
  std::array<T, journal::kChannels.size()> values_{};
};

}  // namespace callwright::routing
