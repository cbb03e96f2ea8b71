#include "kernel/rules/package.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(rule_source)
{
    const auto source = rules::Source::parse(input);
    if (!source)
        return;
    for (const auto& [path, text] : source->files)
        demand(!path.starts_with('/') && path.find("..") == std::string::npos && text.size() <= 64 * 1024,
               "a file that no package may have");
    const auto again = rules::Source::parse(source->serialise());
    demand(again && again->hash() == source->hash(), "stored it is another package");
}

} // namespace
