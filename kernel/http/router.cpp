#include "kernel/http/router.hpp"

#include <algorithm>

namespace zikao::http {
namespace {

std::vector<std::string_view> split(std::string_view path)
{
    std::vector<std::string_view> segments;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool isPlaceholder(std::string_view segment)
{
    return !segment.empty() && segment.front() == '{';
}

bool mayFill(std::string_view value)
{
    return !value.empty() && value.size() <= 64 && std::all_of(value.begin(), value.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               c == '-' || c == '.';
    });
}

/// Literals matched, or -1.
int closeness(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path)
{
    int literals = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (isPlaceholder(pattern[i])) {
            if (!mayFill(path[i]))
                return -1;
        } else if (pattern[i] == path[i]) {
            ++literals;
        } else {
            return -1;
        }
    }
    return literals;
}

} // namespace

const char* name(Method method)
{
    constexpr const char* kNames[] = {"GET", "POST", "PUT", "DELETE"};
    return kNames[static_cast<int>(method)];
}

int RouteTable::add(const Route& route)
{
    Entry entry{static_cast<int>(routes_.size()), split(route.path)};
    auto& siblings = by_length_[entry.segments.size()];
    for (const auto& other : siblings) {
        const Route& known = routes_[static_cast<std::size_t>(other.index)];
        const bool same_shape =
            std::equal(entry.segments.begin(), entry.segments.end(), other.segments.begin(),
                       [](auto a, auto b) { return a == b || (isPlaceholder(a) && isPlaceholder(b)); });
        if (known.method == route.method && known.scope == route.scope && same_shape)
            throw std::logic_error("two routes for " + std::string(route.path));
    }
    siblings.push_back(std::move(entry));
    routes_.push_back(route);
    return static_cast<int>(routes_.size()) - 1;
}

RouteTable::Match RouteTable::find(Scope scope, std::string_view method, std::string_view path) const
{
    Match match;
    const auto segments = split(path);
    const auto siblings = by_length_.find(segments.size());
    if (siblings == by_length_.end())
        return match;
    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    const Entry* best = nullptr;
    int best_literals = -1;
    for (const auto& entry : siblings->second) {
        const Route& route = routes_[static_cast<std::size_t>(entry.index)];
        if (route.scope != scope)
            continue;
        const int literals = closeness(entry.segments, segments);
        if (literals < 0)
            continue;
        if (name(route.method) != wanted) {
            match.allowed += (match.allowed.empty() ? "" : ", ") + std::string(name(route.method));
        } else if (literals > best_literals) {
            best = &entry;
            best_literals = literals;
        }
    }
    if (!best)
        return match;
    match.index = best->index;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view segment = best->segments[i];
        if (isPlaceholder(segment))
            match.params.emplace(segment.substr(1, segment.size() - 2), segments[i]);
    }
    return match;
}

} // namespace zikao::http
