// SPDX-License-Identifier: Apache-2.0
//
// The metadata block of a record file. Read as a stream of JSON tokens without a tree: hostile
// nesting costs neither stack nor memory.
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "sensor/source/record_file.h"

namespace vedette {
namespace {

using nlohmann::json;

constexpr size_t kTextBytesMax = 4096;
constexpr int kDepthMax = 16;

// Keys that are not known are skipped with all that they hold: later versions may add some.
class MetadataReader : public nlohmann::json_sax<json> {
 public:
  absl::StatusOr<HostMetadata> Take() && {
    if (!error_.empty()) return absl::InvalidArgumentError(error_);
    if (!has_hostname_ || !has_boot_id_ || !has_offset_) {
      return absl::InvalidArgumentError(
          "metadata: hostname, boot_id or wall_minus_boot_ns is missing");
    }
    return std::move(host_);
  }

  bool null() override { return Scalar(); }
  bool boolean(bool) override { return Scalar(); }
  bool number_float(double, const std::string&) override { return Scalar(); }
  bool binary(json::binary_t&) override { return Scalar(); }
  bool number_integer(int64_t number) override { return Number(number); }
  bool number_unsigned(uint64_t number) override {
    return number <= INT64_MAX ? Number(static_cast<int64_t>(number)) : Scalar();
  }

  bool string(std::string& text) override {
    if (text.size() > kTextBytesMax) return Fail("a text is too long");
    if (depth_ == 1 && key_ == "hostname") {
      has_hostname_ = true;
      host_.hostname = std::move(text);
    } else if (depth_ == 1 && key_ == "boot_id") {
      has_boot_id_ = true;
      host_.boot_id = std::move(text);
    } else if (depth_ == 1 && key_ == "missing") {
      host_.missing = std::move(text);
    } else if (depth_ == 2 && names_ != nullptr) {
      uint32_t id = 0;
      if (!absl::SimpleAtoi(name_key_, &id)) return Fail("an id is not a number");
      (*names_)[id] = std::move(text);
    } else {
      return Scalar();
    }
    return true;
  }

  bool start_object(size_t) override {
    if (depth_ == 1 && key_ == "users") names_ = &host_.users;
    if (depth_ == 1 && key_ == "groups") names_ = &host_.groups;
    if (depth_ > 1 && names_ != nullptr) return Fail("a name is not a text");
    if (depth_ == 1 && names_ == nullptr && IsKnown()) return Fail("is not a text or number");
    return Enter();
  }
  bool key(std::string& text) override {
    if (depth_ == 1) key_ = text;
    if (depth_ == 2) name_key_ = std::move(text);
    return true;
  }
  bool end_object() override { return Leave(); }
  bool start_array(size_t) override {
    if (depth_ == 0) return Fail("is not an object");
    if (names_ != nullptr || (depth_ == 1 && IsKnown())) return Fail("is an array");
    return Enter();
  }
  bool end_array() override { return Leave(); }
  bool parse_error(size_t position, const std::string&, const json::exception&) override {
    if (error_.empty()) error_ = absl::StrCat("metadata: no JSON at byte ", position);
    return false;
  }

 private:
  bool Enter() { return ++depth_ <= kDepthMax || Fail("is nested too deeply"); }
  bool Leave() {
    if (--depth_ == 1) names_ = nullptr;
    return true;
  }
  bool IsKnown() const {
    return key_ == "hostname" || key_ == "boot_id" || key_ == "wall_minus_boot_ns" ||
           key_ == "users" || key_ == "groups" || key_ == "missing";
  }
  bool Number(int64_t number) {
    if (depth_ != 1 || key_ != "wall_minus_boot_ns") return Scalar();
    has_offset_ = true;
    host_.wall_minus_boot_ns = number;
    return true;
  }
  // A value that means nothing to us, which is fine below a key that means nothing to us.
  bool Scalar() {
    if (depth_ == 0) return Fail("is not an object");
    if (names_ != nullptr) return Fail("a name is not a text");
    return depth_ > 1 || !IsKnown() || Fail("has the wrong type");
  }
  bool Fail(absl::string_view what) {
    error_ = absl::StrCat("metadata: ", key_.empty() || key_.size() > 64 ? "" : key_ + ": ", what);
    return false;
  }

  HostMetadata host_;
  std::string error_;
  std::string key_, name_key_;
  std::map<uint32_t, std::string>* names_ = nullptr;  // The map that we are inside of.
  int depth_ = 0;
  bool has_hostname_ = false, has_boot_id_ = false, has_offset_ = false;
};

json Names(const std::map<uint32_t, std::string>& names) {
  json object = json::object();
  for (const auto& [id, name] : names) object[std::to_string(id)] = name;
  return object;
}

}  // namespace

std::string FormatHostMetadata(const HostMetadata& host) {
  json all = json::object();
  all["hostname"] = host.hostname;
  all["boot_id"] = host.boot_id;
  all["wall_minus_boot_ns"] = host.wall_minus_boot_ns;
  all["users"] = Names(host.users);
  all["groups"] = Names(host.groups);
  if (!host.missing.empty()) all["missing"] = host.missing;
  return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

absl::StatusOr<HostMetadata> ParseHostMetadata(absl::string_view text) {
  if (text.size() > kRecordMetadataBytesMax) {
    return absl::InvalidArgumentError("metadata: larger than 16 MiB");
  }
  MetadataReader reader;
  json::sax_parse(text.begin(), text.end(), &reader);
  return std::move(reader).Take();
}

}  // namespace vedette
