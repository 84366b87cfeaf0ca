// SPDX-License-Identifier: Apache-2.0
//
// docs/api.md is made from the comments of vedette.proto, and shows when a number changes.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/temporary_directory.h"
#include "integrations/format/golden.h"

namespace vedette {
namespace {

namespace pb = google::protobuf;

constexpr char kBeginning[] = R"(# The API

`vedette-api` serves what the daemon of one host saw and says: gRPC, by
[vedette.proto](../integrations/proto/vedette.proto), package `vedette.v1`. It is a program of its
own, so that what reads others' bytes has none of the daemon's rights and the daemon none of gRPC's
weight: `systemctl enable --now vedette-api`, or `sudo vedette-api`.

```yaml
api:
  socket: /run/vedette/api.sock     # Who connects has the role of user and groups.
  read: ["group:soc", "cert:reader.example.org"]
  operate: ["user:ann", "cert:console.example.org"]
  listen: 0.0.0.0:9766              # Nothing unless it is set: TLS, and only with a certificate
  cert_file: /etc/vedette/api.pem   # that ca_file's authority has signed. The role is that of its
  key_file: /etc/vedette/api.key    # common name.
  ca_file: /etc/vedette/clients.pem
```

Root operates; whoever has no role is hung up on at the socket, and refused with PERMISSION_DENIED
at the address. `systemctl reload vedette-api` takes changed roles and certificates.

A client in Python is ten lines, [example.py](../integrations/proto/example.py):

```
protoc -I integrations/proto --python_out=. --grpc_python_out=. \
  --plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin vedette.proto
PYTHONPATH=. python3 integrations/proto/example.py /run/vedette/api.sock
```

**Resume tokens.** Each message of a stream has one. Keep that of the last message that you have
dealt with, and give it to the next call: nothing is missed, whatever ends in between. A token of a
store that has been replaced begins with the oldest alert of the new one.

What follows is made from vedette.proto. Numbers never change their meaning.

)";

template <typename Descriptor>
std::string CommentOf(const Descriptor& descriptor) {
  pb::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  return std::string(absl::StripAsciiWhitespace(
      absl::StrReplaceAll(location.leading_comments, {{"\n ", " "}, {"\n", " "}})));
}

// In lines of at most 100 bytes.
std::string Wrapped(const std::string& text) {
  std::string out;
  size_t column = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (column > 0 && column + 1 + word.size() > 100) {
      out += '\n';
      column = 0;
    }
    absl::StrAppend(&out, column > 0 ? " " : "", word);
    column += word.size() + (column > 0 ? 1 : 0);
  }
  return out;
}

std::string TypeOf(const pb::FieldDescriptor& field) {
  if (field.is_map()) {
    const pb::Descriptor& entry = *field.message_type();
    return absl::StrCat("map of ", TypeOf(*entry.field(0)), " to ", TypeOf(*entry.field(1)));
  }
  std::string type = field.type_name();
  if (field.message_type() != nullptr) type = field.message_type()->name();
  if (field.enum_type() != nullptr) type = field.enum_type()->name();
  return absl::StrCat(field.is_repeated() ? "list of " : "", type);
}

void AppendEnum(const pb::EnumDescriptor& type, std::string& text) {
  absl::StrAppend(&text, "### ", type.name(), "\n\n", Wrapped(CommentOf(type)),
                  CommentOf(type).empty() ? "" : "\n\n", "| number | name | |\n|---|---|---|\n");
  for (int i = 0; i < type.value_count(); ++i) {
    const pb::EnumValueDescriptor& value = *type.value(i);
    absl::StrAppend(&text, "| ", value.number(), " | `", value.name(), "` | ", CommentOf(value),
                    " |\n");
  }
  text += "\n";
}

void AppendMessage(const pb::Descriptor& message, std::string& text) {
  absl::StrAppend(&text, "### ", message.name(), "\n\n", Wrapped(CommentOf(message)),
                  CommentOf(message).empty() ? "" : "\n\n");
  if (message.field_count() == 0) text += "Empty.\n\n";
  if (message.field_count() > 0) text += "| number | name | type | |\n|---|---|---|---|\n";
  for (int i = 0; i < message.field_count(); ++i) {
    const pb::FieldDescriptor& field = *message.field(i);
    absl::StrAppend(&text, "| ", field.number(), " | `", field.name(), "` | ", TypeOf(field), " | ",
                    CommentOf(field), " |\n");
  }
  if (message.field_count() > 0) text += "\n";
  for (int i = 0; i < message.enum_type_count(); ++i) AppendEnum(*message.enum_type(i), text);
}

std::string Reference() {
  const TemporaryDirectory folder;  // The comments are not in what is compiled in.
  const std::string command = absl::StrCat(
      "protoc -I ", VEDETTE_PROTO,
      " --include_source_info --descriptor_set_out=", folder.File("set"), " vedette.proto");
  if (system(command.c_str()) != 0) return command;
  std::ifstream stream(folder.File("set"));
  pb::FileDescriptorSet set;
  if (!set.ParseFromIstream(&stream)) return "protoc has written nonsense";
  pb::DescriptorPool pool;
  const pb::FileDescriptor* file = pool.BuildFile(set.file(0));
  if (file == nullptr) return "vedette.proto cannot be read";
  std::string text = kBeginning;
  const pb::ServiceDescriptor& service = *file->service(0);
  absl::StrAppend(&text, "## ", service.full_name(), "\n\n", Wrapped(CommentOf(service)), "\n\n",
                  "| call | takes | gives | |\n|---|---|---|---|\n");
  for (int i = 0; i < service.method_count(); ++i) {
    const pb::MethodDescriptor& method = *service.method(i);
    absl::StrAppend(&text, "| `", method.name(), "` | ", method.input_type()->name(), " | ",
                    method.server_streaming() ? "a stream of " : "", method.output_type()->name(),
                    " | ", CommentOf(method), " |\n");
  }
  text += "\n## Messages\n\n";
  for (int i = 0; i < file->enum_type_count(); ++i) AppendEnum(*file->enum_type(i), text);
  for (int i = 0; i < file->message_type_count(); ++i) AppendMessage(*file->message_type(i), text);
  while (text.size() > 1 && text[text.size() - 2] == '\n') text.pop_back();
  return text;
}

TEST(ApiReferenceTest, DocsApiMdIsTheGoldenFile) { ExpectGolden("../../docs/api.md", Reference()); }

}  // namespace
}  // namespace vedette
