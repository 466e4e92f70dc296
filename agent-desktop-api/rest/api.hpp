#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent-desktop-api/auth/permission.hpp"
#include "agent-desktop-api/auth/sign_ins.hpp"
#include "agent-desktop-api/http/message.hpp"
#include "agent-desktop-api/http/static_pages.hpp"
#include "agent-desktop-api/session/hub.hpp"
#include "agent-desktop-api/store_calls.hpp"
#include "journal/centre.hpp"

namespace callwright::runtime {
class Metrics;
}

namespace callwright::desktop {

/// One address of the API. `operation` empty: open to everybody.
struct Route {
  std::string_view method;
  std::string_view path;  ///< `/api/v1/customers/{id}`
  std::optional<Operation> operation;
};

/// Everything that HTTP may ask: REST, health, metrics, the upgrade to a WebSocket, and the pages.
///
/// The order of judgement is always the same: does the address exist, is the origin ours (unsafe methods and the socket), who is it,
/// may he (auth/permission.hpp), is the CSRF token right, and only then the question itself. On the desk's loop.
class Api {
 public:
  struct Parts {
    runtime::Metrics& metrics;
    SignIns& sign_ins;
    Hub& hub;
    StoreCalls& store;
    std::function<Instant()> now;
  };
  struct Options {
    bool secure = false;
    bool metrics_public = false;
    std::vector<std::string> origins;  ///< exact, all that are ours
  };

  Api(Parts parts, Options options, StaticPages pages);

  void handle(HttpRequest request, Respond respond);
  void centre(std::shared_ptr<const journal::Centre> centre) { centre_ = std::move(centre); }

  /// All addresses, for the documents' test.
  static std::vector<Route> routes();

 private:
  /// One request on its way.
  struct Exchange {
    runtime::Metrics& metrics;
    HttpRequest request;
    Respond respond;
    Principal who;
    std::string id;  ///< what stands in the path for {id}

    void send(HttpResponse response) const { respond(std::move(response)); }
    void json(int status, std::string text) const { respond(json_response(status, std::move(text))); }
    /// The answer that tells a problem; it is counted. `fail` sends it.
    HttpResponse problem(const Error& error, const std::vector<FieldFault>& faults = {}) const;
    void fail(const Error& error, const std::vector<FieldFault>& faults = {}) const { send(problem(error, faults)); }
    void fail(Errc code, std::string context = {}) const { fail(Error{code, std::move(context)}); }
  };
  using ExchangePtr = std::shared_ptr<Exchange>;
  using Handler = void (Api::*)(const ExchangePtr&);
  struct Row {
    Route route;
    Handler handler;
  };
  static const std::vector<Row>& table();

  void judge(const Row& row, const ExchangePtr& exchange);
  void permitted(const Row& row, const ExchangePtr& exchange);
  void denied(const Exchange& exchange, Operation operation);
  bool is_our_origin(const HttpRequest& request) const;

  void sign_in(const ExchangePtr& exchange);
  void sign_out(const ExchangePtr& exchange);
  void get_session(const ExchangePtr& exchange);
  void open_socket(const ExchangePtr& exchange);
  void get_centre(const ExchangePtr& exchange);
  void find_customers(const ExchangePtr& exchange);
  void get_customer(const ExchangePtr& exchange);
  void post_customer(const ExchangePtr& exchange);
  void patch_customer(const ExchangePtr& exchange);
  void get_timeline(const ExchangePtr& exchange);
  void get_contacts(const ExchangePtr& exchange);
  void get_contact(const ExchangePtr& exchange);
  void get_decisions(const ExchangePtr& exchange);
  void post_contact(const ExchangePtr& exchange);
  void close_contact(const ExchangePtr& exchange);
  void steer_contact(const ExchangePtr& exchange);
  void get_queues(const ExchangePtr& exchange);
  void put_emergency(const ExchangePtr& exchange);
  void get_agents(const ExchangePtr& exchange);
  void put_agent_state(const ExchangePtr& exchange);
  void get_links(const ExchangePtr& exchange);
  void post_callback(const ExchangePtr& exchange);
  void get_callbacks(const ExchangePtr& exchange);
  void delete_callback(const ExchangePtr& exchange);
  void get_health(const ExchangePtr& exchange);
  void get_ready(const ExchangePtr& exchange);
  void get_metrics(const ExchangePtr& exchange);

  /// Has the core do it under the Idempotency-Key: about `agent`, or in nobody's name. `done` gets what succeeded; a refusal is answered here.
  void command(const ExchangePtr& exchange, core::RequestBody body, std::function<void(const core::Reply&)> done, const AgentId& agent = {});
  /// 201 names the contact; 200 answers a repeated command whose contact is over.
  void command_for_contact(const ExchangePtr& exchange, core::RequestBody body);
  void answer_card(const ExchangePtr& exchange, CustomerId customer, int status);
  std::optional<CustomerEdit> read_edit(const ExchangePtr& exchange) const;
  /// Goes on if who asks is or was a party of the contact, or may read every one; otherwise refuses.
  void as_party(const ExchangePtr& exchange, ContactId contact, std::function<void()> next);
  void create_customer(const ExchangePtr& exchange, const CustomerEdit& edit, std::string command);

  Parts parts_;
  const Options options_;
  const StaticPages pages_;
  std::shared_ptr<const journal::Centre> centre_ = std::make_shared<const journal::Centre>();
};

}  // namespace callwright::desktop
