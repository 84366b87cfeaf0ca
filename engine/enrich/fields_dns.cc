// SPDX-License-Identifier: Apache-2.0
//
// dns.*: read from the message that the record carries.
#include <iterator>

#include "absl/strings/str_cat.h"
#include "engine/enrich/dns_message.h"
#include "engine/enrich/fields.h"

namespace vedette {
namespace {

struct NumberName {
  uint16_t number;
  absl::string_view name;
};
constexpr NumberName kTypes[] = {
    {1, "A"},      {2, "NS"},    {5, "CNAME"},  {6, "SOA"},   {12, "PTR"},   {13, "HINFO"},
    {15, "MX"},    {16, "TXT"},  {28, "AAAA"},  {33, "SRV"},  {35, "NAPTR"}, {64, "SVCB"},
    {65, "HTTPS"}, {10, "NULL"}, {252, "AXFR"}, {255, "ANY"}, {257, "CAA"},
};
constexpr NumberName kCodes[] = {
    {0, "NOERROR"}, {1, "FORMERR"}, {2, "SERVFAIL"}, {3, "NXDOMAIN"}, {4, "NOTIMP"}, {5, "REFUSED"},
};

std::optional<DnsMessage> MessageOf(const Event& event) {
  static const Member* const payload = FindMember(*FindKind(WIRE_network_dns), "payload");
  return ParseDnsMessage(event.view.Text(*payload));
}

template <size_t size>
Value NameOf(const NumberName (&names)[size], uint16_t number, Arena& arena) {
  for (const NumberName& row : names) {
    if (row.number == number) return Value::Text(row.name);
  }
  return Value::Text(arena.Copy(absl::AlphaNum(number).Piece()));
}

}  // namespace

void Get_dns_name(const Event& event, const FieldRef&, Values& values) {
  const std::optional<DnsMessage> message = MessageOf(event);
  if (message) values.Add(TextValue(event.arena.Copy(message->name())));
}

void Get_dns_type(const Event& event, const FieldRef&, Values& values) {
  const std::optional<DnsMessage> message = MessageOf(event);
  if (message) values.Add(NameOf(kTypes, message->type, event.arena));
}

void Get_dns_rcode(const Event& event, const FieldRef&, Values& values) {
  const std::optional<DnsMessage> message = MessageOf(event);
  if (message && message->is_answer) values.Add(NameOf(kCodes, message->rcode, event.arena));
}

void Get_dns_address(const Event& event, const FieldRef&, Values& values) {
  const std::optional<DnsMessage> message = MessageOf(event);
  if (!message) return;
  for (size_t i = 0; i < message->address_count; ++i) {
    values.Add(Value::Address(message->addresses[i]));
  }
}

}  // namespace vedette
