#include "kernel/base/encoding.hpp"
#include "kernel/http/head.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using namespace zikao::http;
using fuzz::demand;
using State = HeadScanner::State;

constexpr HeadLimits kLimits;

std::string written(const Head& head)
{
    std::string text =
        head.message.getMethod() + ' ' + head.message.getURI() + ' ' + head.message.getVersion() + "\r\n";
    for (const auto& [name, value] : head.message)
        text += name + ": " + value + "\r\n";
    return text + "\r\n";
}

FUZZ_TARGET(http_head)
{
    HeadScanner whole, cut;
    const State state = whole.scan(input);
    State in_pieces = State::incomplete;
    for (std::size_t shown = 1; shown <= input.size() && in_pieces == State::incomplete; ++shown)
        in_pieces = cut.scan(input.substr(0, shown));
    demand(state == in_pieces, "bytes that come one by one are judged otherwise");
    if (state == State::malformed)
        demand(std::string_view(whole.fault()) == cut.fault(),
               "bytes that come one by one have another fault");
    if (state != State::complete)
        return;
    demand(whole.length() == cut.length(), "bytes that come one by one end elsewhere");

    const auto parsed = parseHead(input.substr(0, whole.length()), kLimits);
    if (!parsed) {
        demand(!parsed.error().reason.empty(), "refused without a reason");
        return;
    }
    const Head& head = **parsed;
    demand(whole.length() <= kLimits.max_bytes && head.message.size() <= kLimits.max_fields, "over a limit");
    demand(!head.host.empty(), "a head without a host");
    demand(!head.chunked || !head.content_length, "a body with two ends");

    const std::string again = written(head);
    HeadScanner scanner;
    demand(scanner.scan(again) == State::complete && scanner.length() == again.size(),
           "a field holds what ends a head");
    // Written with a blank after each colon it may be longer than what came.
    const auto second = parseHead(again, {kLimits.max_bytes * 2, kLimits.max_fields});
    demand(second.has_value(), "what was accepted is refused when it is written again");
    demand((*second)->host == head.host && (*second)->content_length == head.content_length &&
               (*second)->chunked == head.chunked && (*second)->keep_alive == head.keep_alive &&
               (*second)->target.path == head.target.path,
           "written again it means something else");
}

} // namespace
