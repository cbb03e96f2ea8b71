#include "plugins/support/http.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

constexpr std::size_t kLimit = 64 * 1024;

Result<support::HttpResponse> read(std::string_view input, std::size_t piece)
{
    return support::readResponse(
        [&]() -> Result<std::string> {
            const std::string next(input.substr(0, piece));
            input.remove_prefix(next.size());
            return next;
        },
        kLimit);
}

// What a bank or a provider answers.
FUZZ_TARGET(http_answer)
{
    const auto whole = read(input, std::string_view::npos);
    const auto cut = read(input, 1);
    demand(whole.has_value() == cut.has_value(), "bytes that come one by one are judged otherwise");
    if (!whole)
        return;
    demand(whole->body.size() <= kLimit, "a body over the limit");
    demand(whole->status >= 200 && whole->status <= 999, "not a final status");
    demand(whole->status == cut->status && whole->headers == cut->headers && whole->body == cut->body,
           "bytes that come one by one are another answer");
}

} // namespace
