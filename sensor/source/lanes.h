// SPDX-License-Identifier: Apache-2.0
//
// The two rings as one stream in the order of the records' times: what is only recorded (the
// connection that asked a service for something) comes before the critical act that it explains.
#ifndef VEDETTE_SENSOR_SOURCE_LANES_H_
#define VEDETTE_SENSOR_SOURCE_LANES_H_

#include <cstddef>
#include <memory>

#include "sensor/source/record_source.h"
#include "sensor/source/ring_reader.h"

namespace vedette {

// Not thread-safe.
class Lanes {
 public:
  // A call hands out at most so many records of a lane. So a critical record waits for no more than
  // this of the bulk lane, however far that is behind: the one exception from the order.
  static constexpr size_t kBatch = 4096;

  struct Counts {
    size_t critical = 0, bulk = 0;
    bool more() const { return critical >= kBatch || bulk >= kBatch; }  // Perhaps.
  };

  Lanes(std::unique_ptr<RingReader> critical, std::unique_ptr<RingReader> bulk);

  // Hands out what is there. A record is valid during the call; its room is then the kernel's.
  // The order holds among records that have been written: of one that is still being written
  // nothing is known, and nobody waits for it.
  Counts HandOut(RecordCallback each);

 private:
  std::unique_ptr<RingReader> critical_, bulk_;
};

}  // namespace vedette

#endif  // VEDETTE_SENSOR_SOURCE_LANES_H_
