// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_FORMAT_PAGED_TEXT_H_
#define VEDETTE_INTEGRATIONS_FORMAT_PAGED_TEXT_H_

#include <cstddef>
#include <cstring>
#include <string>

namespace vedette {

// What is appended to a string, in pieces of a page: most pieces are a few bytes, and a string
// looks at its room for each.
class PagedText {
 public:
  explicit PagedText(std::string& to) : to_(to) {}
  ~PagedText() { Flush(); }
  PagedText(const PagedText&) = delete;
  PagedText& operator=(const PagedText&) = delete;

  void append(const char* bytes, size_t size) {
    if (size > static_cast<size_t>(end() - at_)) {
      Flush();
      if (size > sizeof(page_)) {
        to_.append(bytes, size);
        return;
      }
    }
    if (size > 0) memcpy(at_, bytes, size);
    at_ += size;
  }
  template <size_t size>
  PagedText& operator+=(const char (&text)[size]) {
    append(text, size - 1);
    return *this;
  }
  PagedText& operator+=(const std::string& text) {
    append(text.data(), text.size());
    return *this;
  }
  PagedText& operator+=(char c) {
    if (at_ == end()) Flush();
    *at_++ = c;
    return *this;
  }

 private:
  const char* end() const { return page_ + sizeof(page_); }
  void Flush() {
    to_.append(page_, static_cast<size_t>(at_ - page_));
    at_ = page_;
  }

  std::string& to_;
  char page_[4096];
  char* at_ = page_;
};

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_PAGED_TEXT_H_
