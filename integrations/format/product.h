// SPDX-License-Identifier: Apache-2.0
#ifndef VEDETTE_INTEGRATIONS_FORMAT_PRODUCT_H_
#define VEDETTE_INTEGRATIONS_FORMAT_PRODUCT_H_

#include "absl/strings/string_view.h"

namespace vedette {

// For integrations/format alone, whose build defines it.
inline constexpr absl::string_view kProductVersion = VEDETTE_VERSION;

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_FORMAT_PRODUCT_H_
