#pragma once
#include <string>
#include <string_view>

#include <pthread.h>

namespace callwright::runtime {

/// Names the calling thread, as the log's `thread=` and the system's tools show it; 15 bytes.
inline void name_thread(std::string_view name) { pthread_setname_np(pthread_self(), std::string(name.substr(0, 15)).c_str()); }

}  // namespace callwright::runtime
