#pragma once

namespace callwright {

/// Several lambdas as one visitor: `std::visit(Overloaded{[](const A&) {...}, [](const auto&) {}}, variant)`.
template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

}  // namespace callwright
