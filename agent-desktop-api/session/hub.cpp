#include "agent-desktop-api/session/hub.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "agent-desktop-api/auth/secret_token.hpp"
#include "agent-desktop-api/http/limits.hpp"
#include "agent-desktop-api/json_text.hpp"
#include "agent-desktop-api/session/page_session.hpp"
#include "runtime/log.hpp"

namespace callwright::desktop {
namespace {

constexpr std::size_t kPagesPerUser = 8;
constexpr std::size_t kStreams = 16'384;  // those without a page go first

using Body = std::shared_ptr<const std::string>;

/// The part of an event that all its readers share.
Body event_body(std::string_view entity, std::int64_t rev, std::string_view data) {
  JsonText json;
  json.begin_object();
  json.field("entity", entity);
  json.field("rev", rev);
  json.field_raw("data", data);
  json.end_object();
  std::string text = json.take();
  text.front() = ',';  // follows the head's last field
  return std::make_shared<const std::string>(std::move(text));
}

/// A contact's body under each mask, made when first asked for. Agents of one group have a decision each, and so a full body each.
class ContactBodies {
 public:
  ContactBodies(const core::ContactView& view, const Mirror& mirror) : view_(view), mirror_(mirror) {}

  const Body& full(const AgentId& agent) {
    const core::DecisionView* why = mirror_.decision_for(view_.contact, agent);
    for (const auto& [decision, body] : full_)
      if (decision == why) return body;
    Body body = event_body(std::to_string(view_.contact.value), view_.rev, to_json(view_, FieldMask::full, why));
    // A card that does not fit into a frame is read by REST instead.
    if (body->size() + limits::kHeadRoom > limits::kFrameBytes) body = brief();
    return full_.emplace_back(why, std::move(body)).second;
  }
  const Body& brief() {
    if (!brief_) brief_ = event_body(std::to_string(view_.contact.value), view_.rev, to_json(view_, FieldMask::brief));
    return brief_;
  }

 private:
  const core::ContactView& view_;
  const Mirror& mirror_;
  std::vector<std::pair<const core::DecisionView*, Body>> full_;
  Body brief_;
};

std::optional<OfferId> new_offer(const Mirror::ContactPtr& before, const core::ContactView& now, const AgentId& agent) {
  for (const auto& offer : now.offers) {
    if (offer.agent != agent) continue;
    const bool known = before && std::any_of(before->offers.begin(), before->offers.end(), [&](const auto& o) { return o.offer == offer.offer; });
    if (!known) return offer.offer;
  }
  return {};
}

}  // namespace

Hub::Hub(runtime::Metrics& metrics, HubOptions options, HubPorts ports)
    : metrics_(metrics), options_(std::move(options)), ports_(std::move(ports)) {
  pages_open_ = metrics.gauge("callwright_desk_pages", "Pages that are connected.");
  streams_kept_ = metrics.gauge("callwright_desk_event_streams", "Event streams, connected or waiting to be resumed.");
  pops_ = metrics.counter("callwright_desk_pops_total", "Frames `reserved` sent: one a page that pops.");
  events_ = metrics.counter("callwright_desk_events_total", "Events booked for pages.");
  topic_parts_ = metrics.counter("callwright_desk_topic_parts_total", "Parts of topic updates sent.");
  topics_paused_ = metrics.counter("callwright_desk_topics_paused_total", "Topic updates held back from a page that reads too slowly.");
  metrics.counter("callwright_desk_bad_input_total", "Input of pages and other peers that was refused.", {{"kind", "ws_frame"}});
}

Hub::~Hub() {
  for (PageSession* page : pages_) page->leave_hub();
}

std::shared_ptr<SocketPeer> Hub::new_page(Principal principal) { return std::make_shared<PageSession>(*this, std::move(principal)); }

// --- views to pages -------------------------------------------------------------------------------------------------------

void Hub::views(std::vector<core::View> views) {
  // Decisions first: a pop says why it came to this agent.
  for (core::View& any : views)
    if (auto* decision = std::get_if<core::DecisionView>(&any)) mirror_.apply(std::move(*decision));
  for (core::View& any : views) {
    if (auto* contact = std::get_if<core::ContactView>(&any)) {
      const auto change = mirror_.apply(std::move(*contact));
      if (change.now) contact_changed(change.before, change.now);
    } else if (auto* agent = std::get_if<core::AgentView>(&any)) {
      const AgentId id = agent->agent;
      if (mirror_.apply(std::move(*agent))) agent_changed(*mirror_.agent(id));
    } else if (auto* queue = std::get_if<core::QueueView>(&any)) {
      topics_.changed(Topic::queues, queue->queue.value);
      mirror_.apply(std::move(*queue));
    } else if (auto* link = std::get_if<core::LinkView>(&any)) {
      topics_.changed(Topic::links, link->switch_id.value);
      mirror_.apply(std::move(*link));
    }
  }
}

void Hub::whole(std::vector<core::View> all) {
  std::set<ContactId> live;
  for (const core::View& any : all)
    if (const auto* contact = std::get_if<core::ContactView>(&any)) live.insert(contact->contact);
  std::vector<core::View> ended;
  for (const auto& [id, view] : mirror_.contacts()) {
    if (live.contains(id) || view->state == core::ContactState::ended) continue;
    core::ContactView last = *view;  // how it ended is in the log
    last.state = core::ContactState::ended;
    last.offers.clear();
    ++last.rev;
    ended.emplace_back(std::move(last));
  }
  views(std::move(ended));
  views(std::move(all));
}

void Hub::contact_changed(const Mirror::ContactPtr& before, const Mirror::ContactPtr& now) {
  topics_.changed(Topic::contacts, std::to_string(now->contact.value));
  ContactBodies bodies(*now, mirror_);
  const auto have_part = parties(*now);
  for (const AgentId& agent : have_part) {
    const auto pop = new_offer(before, *now, agent);
    push(agent, pop ? "reserved" : "contact", bodies.full(agent));
    // Of a written contact no phone rings that would wait; one that its switch routes rings without asking us.
    if (pop && !journal::is_written(now->channel) && !now->observed) await_pop(agent, *pop);
  }
  if (!before) return;
  for (const AgentId& agent : parties(*before)) {
    if (std::find(have_part.begin(), have_part.end(), agent) != have_part.end()) continue;
    push(agent, "contact", now->agent == agent ? bodies.full(agent) : bodies.brief());
  }
}

void Hub::agent_changed(const core::AgentView& view) {
  topics_.changed(Topic::agents, view.agent.value);
  if (by_agent_.contains(view.agent)) push(view.agent, "agent", event_body(view.agent.value, view.rev, to_json(view)));
}

void Hub::push(const AgentId& agent, std::string_view kind, const Body& body) {
  const auto found = by_agent_.find(agent);
  if (found == by_agent_.end()) return;
  for (std::uint64_t number : found->second)
    if (const auto stream = streams_.find(number); stream != streams_.end()) push(*stream->second, kind, body);
}

/// After the push of the pop: its pages will say that they have it.
void Hub::await_pop(const AgentId& agent, OfferId offer) {
  bool has_page = false;
  if (const auto found = by_agent_.find(agent); found != by_agent_.end())
    for (std::uint64_t number : found->second)
      if (const auto stream = streams_.find(number); stream != streams_.end() && stream->second->page) {
        stream->second->pop = {stream->second->ring.last_seq(), offer};
        has_page = true;
      }
  if (!has_page) ports_.popped(offer);
}

void Hub::seen(EventStream& stream, std::int64_t seq) {
  stream.ring.seen(std::min(seq, stream.ring.last_seq()));
  if (!stream.pop || stream.pop->first > seq) return;
  ports_.popped(stream.pop->second);
  stream.pop.reset();
}

void Hub::push(EventStream& stream, std::string_view kind, const Body& body) {
  JsonText head;
  head.begin_object();
  head.field("type", "event");
  head.field("seq", stream.ring.next_seq());
  head.field("ts", ports_.now().us);
  head.field("kind", kind);
  Frame frame{head.take(), body};
  stream.ring.push(frame);
  events_.add();
  if (!stream.page) return;
  if (kind == "reserved") pops_.add();
  stream.page->send(std::move(frame));
}

void Hub::centre(std::shared_ptr<const journal::Centre> centre) {
  mirror_.keep_only(*centre);
  centre_json_ = centre_head(*centre);
  const bool first = centre_version_ == 0;
  centre_version_ = centre->version;
  if (first || centre_json_.size() + limits::kHeadRoom > limits::kFrameBytes) return;
  const Body body = event_body(std::to_string(centre_version_), centre_version_, centre_json_);
  for (auto& [number, stream] : streams_) push(*stream, "centre", body);
}

void Hub::send_snapshot(PageSession& page) {
  EventStream& stream = *page.stream();
  const AgentId& who = stream.principal.agent;
  const auto contacts = mirror_.contacts_of(who);
  const auto write = [&](bool with_centre, FieldMask mask, std::size_t count) {
    JsonText json;
    json.begin_object();
    json.field("type", "snapshot");
    json.field("seq", stream.ring.last_seq());
    json.begin_object("state");
    const core::AgentView* agent = mirror_.agent(who);
    json.field_raw("agent", agent ? to_json(*agent) : "null");
    json.begin_array("contacts");
    for (std::size_t i = 0; i < count; ++i) json.raw(to_json(*contacts[i], mask, mirror_.decision_for(contacts[i]->contact, who)));
    json.end_array();
    json.field_raw("centre", with_centre ? centre_json_ : "null");
    json.end_object();
    json.end_object();
    return json.take();
  };
  // What does not fit into a frame is read by REST: first the centre, then the cards. Contacts beyond that follow as events.
  std::size_t count = contacts.size();
  std::string text = write(true, FieldMask::full, count);
  if (text.size() > limits::kFrameBytes) text = write(false, FieldMask::full, count);
  while (text.size() > limits::kFrameBytes) {
    text = write(false, FieldMask::brief, count);
    if (text.size() <= limits::kFrameBytes || count == 0) break;
    count /= 2;
  }
  page.send(std::move(text));
  for (; count < contacts.size(); ++count) push(stream, "contact", ContactBodies(*contacts[count], mirror_).full(who));
}

void Hub::publish_topics() {
  for (std::size_t i = 0; i < kTopics; ++i) {
    const auto topic = static_cast<Topic>(i);
    const auto update = topics_.update(topic, mirror_);
    for (PageSession* page : pages_) page->publish(topic, update, topics_);
  }
  for (PageSession* page : pages_) page->publish_own(mirror_);
  mirror_.forget_ended();
}

// --- pages come and go ----------------------------------------------------------------------------------------------------

void Hub::joined(PageSession& page) {
  const Principal& who = page.principal();
  if (!who.agent || !may(who, Operation::own_work)) return;
  ++present_[who.agent];
  told_[who.agent] = false;
  tell_presence(who.agent);
}

void Hub::left(PageSession& page) {
  if (pages_.erase(&page) == 0) return;
  pages_open_.set(static_cast<double>(pages_.size()));
  const auto stream = page.stream();
  if (!stream) return;
  if (stream->page == &page) {
    stream->page = nullptr;
    stream->left_at = ports_.now();
  }
  const AgentId& agent = page.principal().agent;
  const auto count = present_.find(agent);
  if (count == present_.end()) return;
  if (--count->second == 0) {
    present_.erase(count);
    tell_presence(agent);
  }
}

/// Tells the core that an agent is there or gone; what its queue refuses is told again by `tick`.
void Hub::tell_presence(const AgentId& agent) {
  if (draining_) return;
  const bool here = present_.contains(agent);
  const auto told = told_.find(agent);
  if (told == told_.end() || told->second == here) return;
  core::Request request{0, "desk", random_id(), agent, {}};
  if (here)
    request.body = core::SignIn{};
  else
    request.body = core::SessionLost{};
  if (!ports_.request(std::move(request))) {
    untold_.insert(agent);
    return;
  }
  if (here)
    told->second = true;
  else
    told_.erase(told);
}

void Hub::make_room(const PageSession& page) {
  std::vector<PageSession*> same;
  for (PageSession* other : pages_)
    if (other != &page && other->is_open() && other->principal().user == page.principal().user) same.push_back(other);
  std::sort(same.begin(), same.end(), [](const PageSession* a, const PageSession* b) { return a->opened_at() < b->opened_at(); });
  std::size_t count = same.size();
  for (PageSession* other : same) {
    const bool same_tab = !page.tab_id().empty() && other->tab_id() == page.tab_id();
    if (!same_tab && count < kPagesPerUser) continue;
    other->close(Close::replaced, same_tab ? "the same tab came back" : "too many pages of one user");
    --count;
  }
}

std::shared_ptr<EventStream> Hub::find_stream(const Hello::Resume& resume, const Principal& principal) {
  if (resume.epoch != options_.epoch) return nullptr;
  const auto number = by_resume_hash_.find(token_hash(resume.token));
  if (number == by_resume_hash_.end()) return nullptr;
  const auto stream = streams_.at(number->second);
  const Principal& owner = stream->principal;
  if (owner.user != principal.user || owner.agent != principal.agent || owner.roles != principal.roles) return nullptr;
  if (!stream->ring.covers(resume.seq)) return nullptr;
  if (stream->page) stream->page->close(Close::replaced, "resumed by another page");
  stream->principal = principal;
  return stream;
}

std::shared_ptr<EventStream> Hub::new_stream(const Principal& principal) {
  if (streams_.size() >= kStreams) drop_oldest_stream();
  auto stream = std::make_shared<EventStream>();
  stream->number = next_stream_++;
  stream->principal = principal;
  streams_[stream->number] = stream;
  if (principal.agent) by_agent_[principal.agent].insert(stream->number);
  streams_kept_.set(static_cast<double>(streams_.size()));
  return stream;
}

/// Takes a stream out of the indexes.
void Hub::forget_stream(const EventStream& stream) {
  by_resume_hash_.erase(stream.resume_hash);
  const auto of = by_agent_.find(stream.principal.agent);
  if (of == by_agent_.end()) return;
  of->second.erase(stream.number);
  if (of->second.empty()) by_agent_.erase(of);
}

void Hub::drop_oldest_stream() {
  const auto oldest = std::min_element(streams_.begin(), streams_.end(), [](const auto& a, const auto& b) {
    if (!a.second->page != !b.second->page) return !a.second->page;
    return a.second->left_at < b.second->left_at;
  });
  if (oldest == streams_.end() || oldest->second->page) return;
  forget_stream(*oldest->second);
  streams_.erase(oldest);
}

void Hub::tick() {
  const Instant now = ports_.now();
  const std::size_t share = (pages_.size() + kTurns - 1) / kTurns;
  std::vector<PageSession*> turn;
  for (auto page = pages_.upper_bound(last_ticked_); page != pages_.end() && turn.size() < share; ++page) turn.push_back(*page);
  last_ticked_ = turn.empty() || turn.back() == *pages_.rbegin() ? nullptr : turn.back();
  for (PageSession* page : turn) page->tick(now);
  give_up_asked(now);
  if (last_ticked_) return;

  std::erase_if(streams_, [&](const auto& entry) {
    const EventStream& stream = *entry.second;
    if (stream.page || now - stream.left_at < options_.resume_ttl) return false;
    forget_stream(stream);
    return true;
  });
  streams_kept_.set(static_cast<double>(streams_.size()));
  for (const AgentId& agent : std::exchange(untold_, {})) tell_presence(agent);
}

void Hub::ready() { ready_ = true; }

void Hub::drain(std::chrono::milliseconds retry_after) {
  draining_ = true;
  const std::int64_t spread = std::max<std::int64_t>(retry_after.count(), 1);
  std::int64_t n = 0;
  const auto count = static_cast<std::int64_t>(std::max<std::size_t>(pages_.size(), 1));
  for (PageSession* page : pages_) page->bye(Close::restart, "restart", spread + n++ * spread / count);
}

void Hub::end_session(const std::string& session_hash) {
  for (PageSession* page : pages_)
    if (page->principal().session_hash == session_hash) page->close(Close::session_expired, "the session has ended");
}

void Hub::signing_out(const Principal& principal) {
  if (!principal.agent || !may(principal, Operation::own_work)) return;
  const bool elsewhere = std::any_of(pages_.begin(), pages_.end(), [&](const PageSession* page) {
    return page->is_open() && page->principal().agent == principal.agent && page->principal().session_hash != principal.session_hash;
  });
  if (elsewhere) return;
  // Gone as well: the written contacts that he has still go back in a minute.
  if (ports_.request({0, principal.name, random_id(), principal.agent, core::SignOut{}}) &&
      ports_.request({0, principal.name, random_id(), principal.agent, core::SessionLost{}}))
    told_.erase(principal.agent);
}

void Hub::renew_session(const std::string& session_hash) {
  for (PageSession* page : pages_)
    if (page->principal().session_hash == session_hash) page->close(Close::restart, "the account was changed");
}

std::vector<std::string> Hub::open_sessions() const {
  std::set<std::string> hashes;
  for (const PageSession* page : pages_)
    if (page->is_open() && !page->principal().session_hash.empty()) hashes.insert(page->principal().session_hash);
  return {hashes.begin(), hashes.end()};
}

// --- commands to the core -------------------------------------------------------------------------------------------------

void Hub::count_command(const std::string& name, std::string_view outcome) {
  metrics_.counter("callwright_desk_commands_total", "Commands of pages.", {{"name", name}, {"outcome", std::string(outcome)}}).add();
}

void Hub::command(PageSession& page, Command command) {
  const Principal& who = page.principal();
  const bool own = command.operation == Operation::own_work;
  const bool allowed = may(who, command.operation) && (!own || who.agent);
  if (!allowed) {
    count_command(command.name, "not_allowed");
    metrics_.counter("callwright_desk_denied_total", "Requests denied by role.", {{"operation", std::string(name_of(command.operation))}}).add();
    return page.nack(command.id, {Errc::not_allowed, command.name});
  }
  core::Request request{page.stream()->number, who.name, command.id, own ? who.agent : command.for_agent, std::move(command.body)};
  const auto send = [this, name = command.name](core::Request ready) {
    const std::uint64_t number = ready.session;
    const std::string id = ready.id;
    const bool taken = !draining_ && ports_.request(std::move(ready));
    count_command(name, taken ? "taken" : "busy");
    if (taken) return;
    if (const auto stream = streams_.find(number); stream != streams_.end() && stream->second->page)
      stream->second->page->nack(id, {draining_ ? Errc::draining : Errc::busy, {}});
  };
  auto* choice = std::get_if<core::ChooseCustomer>(&request.body);
  if (!choice) return send(std::move(request));
  // The core puts the chosen customer's card into the contact, so it must be read first.
  const Choice chosen{choice->customer, identifies_nobody(choice->contact, request.agent) ? choice->contact : ContactId{}, request.principal};
  ports_.choose(chosen, [this, alive = std::weak_ptr<int>(alive_), send, request = std::move(request)](Result<contacts::Card> card) mutable {
    if (!alive.lock()) return;
    if (card) {
      auto& wanted = std::get<core::ChooseCustomer>(request.body);
      wanted.card = card->json ? *card->json : "null";
      wanted.traits = std::move(card->traits);
      return send(std::move(request));
    }
    reply({request.session, request.id, std::unexpected(card.error())});
  });
}

/// True if the number of this contact of his is nobody's, or may be somebody's: whom he names gets it.
bool Hub::identifies_nobody(ContactId id, const AgentId& agent) const {
  const core::ContactView* contact = mirror_.contact(id);
  if (!contact || (contact->match != journal::Match::none && contact->match != journal::Match::maybe)) return false;
  const auto all = parties(*contact);
  return std::find(all.begin(), all.end(), agent) != all.end();
}

void Hub::ask(core::Request request, std::function<void(core::Reply)> done) {
  const auto refuse = [&](Errc why) { done({0, request.id, std::unexpected(Error{why, {}}), {}}); };
  if (draining_) return refuse(Errc::draining);
  if (!ready_) return refuse(Errc::recovering);
  if (asked_.size() >= kAsked) return refuse(Errc::busy);
  request.session = next_stream_++;
  const std::uint64_t number = request.session;
  if (!ports_.request(core::Request(request))) return refuse(Errc::busy);
  asked_.emplace(number, Asked{ports_.now() + kAskedLimit, std::move(done)});
}

void Hub::give_up_asked(Instant now) {
  while (!asked_.empty() && asked_.begin()->second.until <= now) {
    const auto done = std::move(asked_.begin()->second.done);
    asked_.erase(asked_.begin());
    done({0, {}, std::unexpected(Error{Errc::too_slow, {}}), {}});
  }
}

void Hub::reply(core::Reply reply) {
  if (const auto asked = asked_.find(reply.session); asked != asked_.end()) {
    const auto done = std::move(asked->second.done);
    asked_.erase(asked);
    return done(std::move(reply));
  }
  const auto stream = streams_.find(reply.session);
  if (stream == streams_.end() || !stream->second->page) return;
  PageSession& page = *stream->second->page;
  if (reply.result) return page.ack(reply.id);
  page.nack(reply.id, reply.result.error());
}

}  // namespace callwright::desktop
