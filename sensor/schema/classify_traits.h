// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
//
// The dimensions of the classifier (classify.h) whose values are sets of traits.
#ifndef VEDETTE_SENSOR_SCHEMA_CLASSIFY_TRAITS_H_
#define VEDETTE_SENSOR_SCHEMA_CLASSIFY_TRAITS_H_

#include "sensor/schema/classify.h"

// A dimension of traits: its value is a set of traits, numbers below CLASSIFY_TRAITS. A term asks
// that some of them are there, and that others are not. An array, [generation & 1][kind][place].
#define CLASSIFY_TRAITS 64
enum classify_place {
  CLASSIFY_PLACE_lineage,
  CLASSIFY_PLACE_capability,
  CLASSIFY_PLACE_container,
  CLASSIFY_PLACES
};
struct classify_traits {
  __u64 used;  // Bit n: a term says something of trait n.
  // Terms that may hold where the value is not known.
  struct classify_vector unjudged;
  struct classify_vector asked[CLASSIFY_TRAITS];    // Terms that do not hold without the trait,
  struct classify_vector refused[CLASSIFY_TRAITS];  // and with it.
  __u64 masks[CLASSIFY_TRAITS];  // capability: the trait is to have one of these.
};
#define CLASSIFY_TRAITS_INDEX(generation, kind, place) \
  ((((generation)&1) * WIRE_KIND_LIMIT + (kind)) * CLASSIFY_PLACES + (place))

// lineage: a trait is to descend from one of the names of a list. Which traits a name gives is in
// classify_values, in the first word of what is otherwise a vector. capability: of who acts, at the
// act; of a program that has begun, those that it begins with. container: a trait is that a
// comparison with what is known of the cgroup holds (its path, its container, what a runtime says
// of that). User space compares: it gives a cgroup a number, and a number its traits, as a name has
// them. A cgroup that is known differently by now has another number, so no number is ever given
// again. Without a number the cgroup is unjudged.
#define CLASSIFY_CGROUPS_MAX 16384

#endif  // VEDETTE_SENSOR_SCHEMA_CLASSIFY_TRAITS_H_
