// SPDX-License-Identifier: Apache-2.0
// No unit test: config_test.cc compares it with docs/config.schema.json, which
// tests/golden/config_schema_test.py holds against files.
//
// From the table of options to JSON Schema.
#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "cli/config/config.h"
#include "cli/config/config_files.h"
#include "cli/config/options.h"
#include "integrations/sinks/registry.h"
#include "integrations/sinks/units.h"

namespace vedette {
namespace {

using Json = nlohmann::ordered_json;

// Whatever stands for a variable may become anything.
constexpr char kVariable[] = ".*[$][{].*";
constexpr char kSize[] = "[0-9]+(B|KiB|MiB|GiB|TiB)|0";
constexpr char kDuration[] = "([0-9]+(ns|us|ms|s|m|h|d))+|0";
constexpr char kCount[] = "[0-9]+";

Json Pattern(absl::string_view pattern) {
  return {{"type", Json::array({"string", "integer"})},
          {"pattern", absl::StrCat("^(", pattern, "|", kVariable, ")$")}};
}

Json Choices(absl::Span<const absl::string_view> names) {
  Json list = Json::array();
  for (const absl::string_view name : names) list.push_back(std::string(name));
  return {{"enum", std::move(list)}};
}

Json ListOf(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

std::string OneLine(absl::string_view doc) { return absl::StrReplaceAll(doc, {{"\n", " "}}); }

Json SchemaOf(const SinkOption& option) {
  using Type = SinkOption::Type;
  switch (option.type) {
    case Type::kList:
      return {{"type", Json::array({"string", "array"})}, {"items", {{"type", "string"}}}};
    case Type::kSize:
      return Pattern(kSize);
    case Type::kCount:
      return Pattern(kCount);
    case Type::kDuration:
      return Pattern(kDuration);
    case Type::kChoice:
      if (option.choices == "true|false") return {{"type", "boolean"}};
      return Choices(std::vector<absl::string_view>(absl::StrSplit(option.choices, '|')));
    case Type::kAbsolutePath:
      return {{"type", "string"}, {"pattern", absl::StrCat("^(/.*|", kVariable, ")?$")}};
    case Type::kText:
    case Type::kTemplate:
    case Type::kSecret:
    case Type::kUrl:
    case Type::kAddress:
      return {{"type", Json::array({"string", "integer"})}};
  }
  return Json::object();
}

void AddSinkOption(const SinkOption& option, Json& sink) {
  Json schema = SchemaOf(option);
  schema["description"] = std::string(option.doc);
  const bool required = option.default_value == kRequired;
  if (!required) schema["default"] = std::string(option.default_value);
  if (required) sink["required"].push_back(std::string(option.name));
  sink["properties"][std::string(option.name)] = std::move(schema);
}

Json SinksSchema() {
  Json types = Json::array();
  for (const SinkType& type : SinkTypes()) {
    Json sink = {{"title", std::string(type.name)},
                 {"description", std::string(type.doc)},
                 {"type", "object"},
                 {"properties", {{"type", {{"const", std::string(type.name)}}}}},
                 {"required", Json::array({"type"})},
                 {"additionalProperties", false}};
    for (const SinkOption& option : type.spec.options) AddSinkOption(option, sink);
    for (const SinkOption& option : CommonSinkOptions()) AddSinkOption(option, sink);
    types.push_back(std::move(sink));
  }
  return ListOf({{"oneOf", std::move(types)}});
}

// `sinks:` with all below it commented out is as if it were not there.
Json OrNothing(Json schema) {
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  if (!schema.contains("type")) return schema;
  if (!schema["type"].is_array()) schema["type"] = Json::array({schema["type"]});
  schema["type"].push_back("null");
  return schema;
}

// By the type of the option's target, with its default.
struct Schema {
  Json operator()(const std::string* text) const {
    return {{"type", "string"}, {"default", *text}};
  }
  Json operator()(const uint64_t* bytes) const {
    Json schema = Pattern(kSize);
    schema["default"] = FormatByteSize(*bytes);
    return schema;
  }
  Json operator()(const CountRef& count) const {
    Json schema = Pattern(kCount);
    schema["default"] = *count.count;
    return schema;
  }
  Json operator()(const absl::Duration* duration) const {
    Json schema = Pattern(kDuration);
    schema["default"] = FormatInterval(*duration);
    return schema;
  }
  Json operator()(const bool* flag) const { return {{"type", "boolean"}, {"default", *flag}}; }
  Json operator()(const ChoiceRef& choice) const {
    Json schema = Choices(choice.names);
    schema["default"] = std::string(choice.names[choice.get()]);
    return schema;
  }
  Json operator()(const std::vector<std::string>* list) const {
    Json schema = ListOf({{"type", "string"}});
    schema["default"] = *list;
    return schema;
  }
  Json operator()(const std::map<std::string, std::string>* map) const {
    return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}, {"default", *map}};
  }
  Json operator()(const std::vector<Config::SinkEntry>*) const { return SinksSchema(); }
};

}  // namespace

std::string PrintConfigSchema() {
  Config defaults;
  Json root = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
               {"title", "Vedette's configuration"},
               {"type", Json::array({"object", "null"})},
               {"additionalProperties", false},
               {"properties", Json::object()}};
  for (const ConfigOption& option : ConfigOptions()) {
    const OptionName name = NameOf(option);
    Json* place = &root["properties"];
    if (!name.section.empty()) {
      Json& section = (*place)[std::string(name.section)];
      if (section.is_null()) {
        section = {{"type", Json::array({"object", "null"})},
                   {"additionalProperties", false},
                   {"properties", Json::object()}};
      }
      place = &section["properties"];
    }
    Json schema = {{"description", OneLine(option.doc)}};
    schema.update(OrNothing(std::visit(Schema(), option.target(defaults))));
    (*place)[std::string(name.name)] = std::move(schema);
  }
  return root.dump(2) + "\n";
}

}  // namespace vedette
