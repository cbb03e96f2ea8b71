#include "kernel/base/encoding.hpp"
#include "kernel/http/target.hpp"
#include "tests/fuzz/target.hpp"

namespace {

using namespace zikao;
using fuzz::demand;

std::string encoded(std::string_view text, bool path)
{
    std::string out;
    for (const char c : text)
        out += path && c == '/' ? std::string(1, c) : '%' + hex(std::string(1, c));
    return out;
}

FUZZ_TARGET(http_target)
{
    const auto target = http::parseTarget(input);
    if (!target) {
        demand(target.error().reason.starts_with("target_"), "refused without a reason");
        return;
    }
    const std::string& path = target->path;
    demand(path.starts_with('/') && isUtf8(path), "not a path");
    for (const char* part : {"//", "/./", "/../"})
        demand((path + '/').find(part) == std::string::npos || (path.ends_with('/') && part[1] == '/'),
               "a path with a segment that climbs");
    demand(path.find_first_of(std::string_view("\\\0\r\n", 4)) == std::string::npos, "a path with a control");

    std::string again = encoded(path, true);
    char mark = '?';
    for (const auto& [name, value] : target->query) {
        demand(isUtf8(name) && isUtf8(value), "a query that is not UTF-8");
        again += std::string(1, mark) + encoded(name, false) + '=' + encoded(value, false);
        mark = '&';
    }
    const auto second = http::parseTarget(again);
    demand(second && second->path == path && second->query == target->query,
           "written again it means something else");
}

} // namespace
