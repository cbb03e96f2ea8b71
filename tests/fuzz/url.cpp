#include "plugins/support/http.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

FUZZ_TARGET(url)
{
    const auto url = support::Url::parse(input);
    if (!url)
        return;
    demand(!url->host.empty() && url->port != 0 && url->target.starts_with('/'), "a part is missing");
    demand(url->host.find_first_of("@#?/ ") == std::string::npos, "a host that is more than a host");
    const std::string scheme = url->secure ? "https://" : "http://";
    const auto again = support::Url::parse(scheme + url->authority() + url->target);
    demand(again && again->host == url->host && again->port == url->port && again->target == url->target,
           "written again it leads elsewhere");
}

} // namespace
