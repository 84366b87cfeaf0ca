// SPDX-License-Identifier: Apache-2.0
//
// Bodies of webhook requests for those that prescribe one. Texts of alerts are put where they are
// shown as they are: they cannot mention people, make links or change the message's shape.
#ifndef VEDETTE_INTEGRATIONS_SINKS_WEBHOOK_BODY_H_
#define VEDETTE_INTEGRATIONS_SINKS_WEBHOOK_BODY_H_

#include <string>

#include "engine/match/alert.h"
#include "integrations/net/secret.h"

namespace vedette {

// Pure, any thread. Long texts are cut to what each takes.
std::string SlackBody(const Alert& alert);       // Block Kit, plain_text only.
std::string TeamsBody(const Alert& alert);       // Adaptive Card 1.4, text runs only.
std::string MattermostBody(const Alert& alert);  // Code blocks.
// Events API v2; the alert's id is the key by which repeats are one incident.
std::string PagerDutyBody(const Alert& alert, const Secret& routing_key);

}  // namespace vedette

#endif  // VEDETTE_INTEGRATIONS_SINKS_WEBHOOK_BODY_H_
