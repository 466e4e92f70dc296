#include "relay.hpp"

#include <boost/beast.hpp>
#include <charconv>
#include <deque>
#include <iostream>
#include <memory>

#include "common.hpp"

namespace callwright::bench {
namespace {

namespace beast = boost::beast;
namespace websocket = beast::websocket;

struct Page {
  explicit Page(tcp::socket socket) : stream(std::move(socket)) {}
  websocket::stream<beast::tcp_stream, false> stream;
  std::deque<std::string> queue;
};
using PagesByNumber = std::unordered_map<int, std::shared_ptr<Page>>;

asio::awaitable<void> write(std::shared_ptr<Page> page) {
  while (!page->queue.empty()) {
    if (const auto [error, size] = co_await page->stream.async_write(asio::buffer(page->queue.front()), as_result); error) co_return;
    page->queue.pop_front();
  }
}

asio::awaitable<void> serve(tcp::socket socket, PagesByNumber& pages) {
  socket.set_option(tcp::no_delay(true));
  auto page = std::make_shared<Page>(std::move(socket));
  beast::flat_buffer buffer;
  beast::http::request<beast::http::string_body> request;
  if (const auto [error, size] = co_await beast::http::async_read(page->stream.next_layer(), buffer, request, as_result); error) co_return;
  if (const auto [error] = co_await page->stream.async_accept(request, as_result); error) co_return;
  page->stream.text(true);
  page->stream.auto_fragment(false);
  pages[std::atoi(std::string(request.target()).c_str() + 1)] = page;
  while (true) {
    const auto [error, size] = co_await page->stream.async_read(buffer, as_result);
    if (error) co_return;
    buffer.consume(size);
  }
}

asio::awaitable<void> accept(tcp::acceptor& acceptor, PagesByNumber& pages) {
  while (true) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (!error) asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), pages), asio::detached);
  }
}

asio::awaitable<void> forward(tcp::acceptor& acceptor, PagesByNumber& pages) {
  auto [error, source] = co_await acceptor.async_accept(as_result);
  source.set_option(tcp::no_delay(true));
  std::string text;
  while (true) {
    const auto [read_error, size] = co_await asio::async_read_until(source, asio::dynamic_buffer(text), '\n', as_result);
    if (read_error) co_return;
    if (text.front() == 'P') {
      int number = 0;
      const char* end = std::from_chars(text.data() + 1, text.data() + size, number).ptr;
      if (const auto page = pages.find(number); page != pages.end()) {
        const bool idle = page->second->queue.empty();
        page->second->queue.emplace_back(end + 1, static_cast<const char*>(text.data() + size - 1));
        if (idle) asio::co_spawn(acceptor.get_executor(), write(page->second), asio::detached);
      }
    }
    text.erase(0, size);
  }
}

}  // namespace

void run_relay() {
  asio::io_context context(1);
  const tcp::endpoint loopback(asio::ip::address_v4::loopback(), 0);
  tcp::acceptor page_side(context, loopback), line_side(context, loopback);
  std::cout << page_side.local_endpoint().port() << ' ' << line_side.local_endpoint().port() << std::endl;
  PagesByNumber pages;
  asio::co_spawn(context, accept(page_side, pages), asio::detached);
  asio::co_spawn(context, forward(line_side, pages), asio::detached);
  context.run();
  std::exit(0);
}

}  // namespace callwright::bench
