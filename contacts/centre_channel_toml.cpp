#include "contacts/centre_channel_toml.hpp"

#include "journal/attribute_words.hpp"

namespace callwright::contacts {
namespace {

using journal::Centre;
using journal::Channel;

struct WrittenChannel {
  Channel channel;
  journal::ChannelRules Centre::* rules;
};
constexpr WrittenChannel kWrittenChannels[] = {{Channel::chat, &Centre::chat}, {Channel::email, &Centre::email}, {Channel::other, &Centre::other}};

}  // namespace

void read_channels(Table& top, Centre& centre) {
  top.table("channels", "the channels", [&](Table& channels) {
    for (const WrittenChannel& each : kWrittenChannels)
      channels.table(journal::word_of(each.channel).c_str(), "a channel", [&](Table& inner) {
        journal::ChannelRules& rules = centre.*each.rules;
        inner.integer("capacity", rules.capacity, 0, journal::kCapacityLimit);
        inner.boolean("interruptible", rules.interruptible);
      });
  });
}

void print_channels(TomlPrinter& out, const Centre& centre) {
  for (const WrittenChannel& each : kWrittenChannels) {
    const journal::ChannelRules& rules = centre.*each.rules;
    out.heading(("[channels." + journal::word_of(each.channel) + "]").c_str());
    out.number("capacity", rules.capacity);
    out.boolean("interruptible", rules.interruptible);
  }
}

void read_capacity(Table& table, journal::Agent& agent) {
  table.table("capacity", "an agent's capacity", [&](Table& inner) {
    for (const Channel channel : journal::kChannels) {
      const std::string key = journal::word_of(channel);
      if (!inner.find(key.c_str(), false)) continue;
      journal::ChannelCapacity& own = agent.capacity.emplace_back(channel);
      inner.integer(key.c_str(), own.capacity, 0, journal::is_written(channel) ? journal::kCapacityLimit : 1);
    }
  });
}

void print_capacity(TomlPrinter& out, const journal::Agent& agent) {
  if (agent.capacity.empty()) return;
  std::string all;
  for (const journal::ChannelCapacity& each : agent.capacity)
    all += (all.empty() ? "" : ", ") + journal::word_of(each.channel) + " = " + std::to_string(each.capacity);
  out.line("capacity", "{ " + all + " }");
}

}  // namespace callwright::contacts
