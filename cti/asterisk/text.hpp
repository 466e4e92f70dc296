#pragma once
#include "cti/link/shown.hpp"

namespace callwright::cti::asterisk {

using link::shown_name;
using link::shown_number;

}  // namespace callwright::cti::asterisk
