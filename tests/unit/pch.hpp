// What nearly every test program parses first, parsed once for all of them. A test still includes what it uses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cti/model/command.hpp"
#include "cti/model/switch_event.hpp"
#include "journal/centre.hpp"
#include "journal/fact.hpp"
