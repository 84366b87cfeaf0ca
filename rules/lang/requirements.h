// SPDX-License-Identifier: Apache-2.0
//
// What a rule file needs of the engine that reads it: `required_engine_version` and
// `required_plugin_versions`, in Falco's numbering.
#ifndef VEDETTE_RULES_LANG_REQUIREMENTS_H_
#define VEDETTE_RULES_LANG_REQUIREMENTS_H_

#include "rules/lang/entry.h"

namespace vedette {

// Up to engine 0.63; a whole number N means 0.N.0.
void CheckEngineVersion(const Entry& entry, Reporter& reporter);
// The plugin `container`, whose fields Vedette has built in.
void CheckPluginVersions(const Entry& entry, Reporter& reporter);

}  // namespace vedette

#endif  // VEDETTE_RULES_LANG_REQUIREMENTS_H_
