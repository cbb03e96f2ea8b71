#include "kernel/http/body.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

constexpr std::uint64_t kLimit = 4096;

struct Outcome
{
    std::string reason, body;
    bool done = false;
    bool operator==(const Outcome&) const = default;
};

Outcome decoded(std::string_view input, std::size_t piece)
{
    http::ChunkDecoder decoder(kLimit);
    http::Body body(2 * kLimit, "");
    Outcome outcome;
    while (!input.empty() && !decoder.done() && outcome.reason.empty()) {
        const auto fed = decoder.feed(input.substr(0, piece), body);
        if (fed)
            input.remove_prefix(*fed);
        else
            outcome.reason = fed.error().reason;
    }
    demand(body.size() <= kLimit, "a body over the limit");
    outcome.body = body.bytes().value();
    outcome.done = decoder.done();
    return outcome;
}

FUZZ_TARGET(http_body)
{
    const Outcome whole = decoded(input, std::string_view::npos);
    demand(decoded(input, 1) == whole, "bytes that come one by one are another body");
    demand(decoded(input, 7) == whole, "bytes that come in sevens are another body");
}

} // namespace
