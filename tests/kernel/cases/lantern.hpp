#pragma once

#include "kernel/cases/definition.hpp"
#include "tests/kernel/rules/support.hpp"

namespace zikao::cases {

/// The rule package of the invented province. Between its three procedures it uses every word of the vocabulary.
inline const rules::Source& lanternSource()
{
    static const rules::Source source = rules::Source::read(ZIKAO_SOURCE_DIR "/tests/fixtures/rules/lantern",
                                                            ZIKAO_SOURCE_DIR "/lua-rules/common")
                                            .value();
    return source;
}

/// Compiled once for a test program, in a rule worker.
inline const rules::Package& lantern()
{
    static const std::shared_ptr<const rules::Package> package =
        rules::testing_support::compiled(lanternSource());
    if (!package)
        throw std::runtime_error("the lantern package does not compile");
    return *package;
}

inline std::shared_ptr<const Definition> lanternCase(const std::string& id)
{
    Parsed parsed = parseDefinition(id, lantern().cases.at(id), lantern());
    for (const rules::Fault& fault : parsed.faults)
        ADD_FAILURE() << fault.file << " " << fault.path << " " << fault.message;
    if (!parsed.definition)
        throw std::runtime_error("the lantern case " + id + " has faults");
    return parsed.definition;
}

} // namespace zikao::cases
