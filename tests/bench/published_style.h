// SPDX-License-Identifier: Apache-2.0
//
// Rules by the number in the style of published rule files: what is common to many stands in macros
// and lists, what is special are names, paths, arguments, ports and ancestors, and nearly every
// rule has its exceptions.
#ifndef VEDETTE_TESTS_BENCH_PUBLISHED_STYLE_H_
#define VEDETTE_TESTS_BENCH_PUBLISHED_STYLE_H_

#include <cstddef>
#include <memory>
#include <string>

#include "rules/lang/program.h"

namespace vedette {

std::string PublishedStyleRules(size_t count);
std::shared_ptr<const Program> PublishedStyleProgram(size_t count);

}  // namespace vedette

#endif  // VEDETTE_TESTS_BENCH_PUBLISHED_STYLE_H_
