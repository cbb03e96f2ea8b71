#include "plugins/support/files.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

constexpr std::size_t kLimit = 1024 * 1024;

FUZZ_TARGET(archive)
{
    if (const auto entries = support::unzip(input, kLimit)) {
        std::size_t total = 0;
        for (const support::ArchiveEntry& entry : *entries)
            total += entry.bytes.size();
        demand(entries->size() <= 50 && total <= kLimit, "more was unpacked than is allowed");
    }
    if (const auto bytes = support::gunzip(input, kLimit))
        demand(bytes->size() <= kLimit, "more was unpacked than is allowed");
}

} // namespace
