#pragma once
#include <boost/beast/zlib/inflate_stream.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace callwright::test {

/// What `gzip -n` packed into the file, at most `limit` bytes. Throws if it cannot be read.
inline std::string unzip(const std::string& path, std::size_t limit = 1 << 20) {
  std::ifstream file(path, std::ios::binary);
  const std::string packed((std::istreambuf_iterator<char>(file)), {});
  constexpr std::size_t header = 10, trailer = 8;  // no name, no extra fields
  if (packed.size() < header + trailer) throw std::runtime_error("cannot read " + path);
  namespace zlib = boost::beast::zlib;
  zlib::inflate_stream inflate;
  zlib::z_params params;
  params.next_in = packed.data() + header;
  params.avail_in = packed.size() - header - trailer;
  std::string text(limit, '\0');
  params.next_out = text.data();
  params.avail_out = text.size();
  boost::beast::error_code error;
  inflate.write(params, zlib::Flush::sync, error);
  if (error && error != zlib::error::end_of_stream) throw std::runtime_error(path + ": " + error.message());
  text.resize(params.total_out);
  return text;
}

}  // namespace callwright::test
