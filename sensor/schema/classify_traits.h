// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The dimensions of the classifier (classify.h) whose values are sets of traits.
#ifndef VEDETTE_SENSOR_SCHEMA_CLASSIFY_TRAITS_H_
#define VEDETTE_SENSOR_SCHEMA_CLASSIFY_TRAITS_H_

#include "sensor/schema/classify.h"

// A dimension of traits: its value is a set of traits, numbers below CLASSIFY_TRAITS. A term asks
// that some of them are there, and that others are not. An array, [generation & 1][kind][place].
//
// Four traits at a time make a group, and which of them a value has is an index: a look for each
// group, and no branch for each trait, which the verifier would have to follow in every program.
// Larger groups take more room (4 MiB are all kinds' now), smaller ones more looks.
#define CLASSIFY_TRAITS 64
#define CLASSIFY_GROUP_BITS 4
#define CLASSIFY_GROUPS (CLASSIFY_TRAITS / CLASSIFY_GROUP_BITS)
#define CLASSIFY_GROUP_VALUES (1 << CLASSIFY_GROUP_BITS)
enum classify_place {
  CLASSIFY_PLACE_lineage,
  CLASSIFY_PLACE_capability,
  CLASSIFY_PLACE_container,
  CLASSIFY_PLACES
};
struct classify_traits {
  // Terms that may hold where the value is not known.
  struct classify_vector unjudged;
  // Terms that hold with those traits of the group, and without its others.
  struct classify_vector holding[CLASSIFY_GROUPS][CLASSIFY_GROUP_VALUES];
  // capability: the traits that those capabilities of the group give.
  __u64 given[CLASSIFY_GROUPS][CLASSIFY_GROUP_VALUES];
};
#define CLASSIFY_TRAITS_INDEX(generation, kind, place) \
  ((((generation)&1) * WIRE_KIND_LIMIT + (kind)) * CLASSIFY_PLACES + (place))

// lineage: a trait is to descend from one of the names of a list. Which traits a name gives is in
// classify_values, in the first word of what is otherwise a vector. capability: of who acts, at the
// act; of a program that has begun, those that it begins with. container: a trait is that a
// comparison with what is known of the cgroup holds (its path, its container, what a runtime says
// of that). User space compares: it gives a cgroup a number, and a number its traits, as a name has
// them. A cgroup that is known differently by now has another number, so no number is ever given
// again. Without a number the cgroup is unjudged. Who decides takes the cgroup in which the task is
// at the act, who observes that in which its program began.
#define CLASSIFY_CGROUPS_MAX 16384

#endif  // VEDETTE_SENSOR_SCHEMA_CLASSIFY_TRAITS_H_
