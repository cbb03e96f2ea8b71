#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zikao::http {

enum class Method : std::uint8_t { get, post, put, del };
const char* name(Method method);

/// Whether a path belongs to the installation or lies under a tenant (C14).
enum class Scope : std::uint8_t { root, tenant };

/// What a route asks of the caller. Combined with `|`; `roles` narrow `staff`.
class Need
{
public:
    /// Nobody in particular; no session is looked up.
    static const Need anyone;
    /// A session, a guest's included.
    static const Need visitor;
    static const Need candidate;
    static const Need staff;
    /// A candidate or staff.
    static const Need signed_in;
    /// The header X-CSRF-Token must match the session (C12).
    static const Need csrf;
    /// A change that no browser session makes: a provider's notice, authenticated by its signature.
    static const Need signed_by_sender;

    /// Staff holding at least one of these roles; the bits are the application's.
    static constexpr Need roles(std::uint32_t bits) { return Need(kStaff, bits); }

    constexpr friend Need operator|(Need a, Need b) { return Need(a.flags_ | b.flags_, a.roles_ | b.roles_); }
    [[nodiscard]] constexpr bool has(Need other) const { return (flags_ & other.flags_) == other.flags_; }
    [[nodiscard]] constexpr std::uint32_t roleBits() const { return roles_; }
    /// Whether one (and only one) rule about the caller was declared.
    [[nodiscard]] constexpr bool namesCaller() const
    {
        const std::uint32_t who = flags_ & (kAnyone | kVisitor | kCandidate | kStaff | kSignedIn);
        return who != 0 && (who & (who - 1)) == 0;
    }

private:
    enum : std::uint32_t {
        kAnyone = 1,
        kVisitor = 2,
        kCandidate = 4,
        kStaff = 8,
        kSignedIn = 16,
        kCsrf = 32,
        kSender = 64
    };
    constexpr Need(std::uint32_t flags, std::uint32_t roles) : flags_(flags), roles_(roles) {}
    std::uint32_t flags_, roles_;
};
inline constexpr Need Need::anyone{kAnyone, 0};
inline constexpr Need Need::visitor{kVisitor, 0};
inline constexpr Need Need::candidate{kCandidate, 0};
inline constexpr Need Need::staff{kStaff, 0};
inline constexpr Need Need::signed_in{kSignedIn, 0};
inline constexpr Need Need::csrf{kCsrf, 0};
inline constexpr Need Need::signed_by_sender{kSender, 0};

enum class BodyKind : std::uint8_t { none, json, raw };

/// What a request may carry, and how much.
class BodyRule
{
public:
    static constexpr BodyRule none() { return BodyRule(BodyKind::none, 0); }
    static constexpr BodyRule json(std::size_t max_bytes) { return BodyRule(BodyKind::json, max_bytes); }
    static constexpr BodyRule raw(std::size_t max_bytes) { return BodyRule(BodyKind::raw, max_bytes); }
    [[nodiscard]] constexpr BodyKind kind() const { return kind_; }
    [[nodiscard]] constexpr std::size_t maxBytes() const { return max_bytes_; }

private:
    constexpr BodyRule(BodyKind kind, std::size_t max_bytes) : kind_(kind), max_bytes_(max_bytes) {}
    BodyKind kind_;
    std::size_t max_bytes_;
};

/// How often it may be called (rate.hpp).
enum class Rate : std::uint8_t { read, write, login, captcha, code, upload, provider };
inline constexpr int kRates = 7;

/// How much of the machine a call takes. Heavy ones (password hashing, pictures, PDF) get a part of the
/// threads only, so that a rush on them leaves room for everybody else.
enum class Cost : std::uint8_t { light, heavy };

/// Says what is wrong with a route's declarations; null when nothing is.
constexpr const char* faultOfRoute(Method method, std::string_view path, Scope scope, Need need,
                                   BodyRule body)
{
    if (path.empty() || path.front() != '/' || path.back() == '/')
        return "the path must start with a slash and not end with one";
    bool in_braces = false;
    for (char c : path) {
        if (c == '{' ? std::exchange(in_braces, true) : (c == '}' ? !std::exchange(in_braces, false) : false))
            return "braces do not match";
    }
    if (in_braces)
        return "braces do not match";
    if (scope == Scope::tenant && path.substr(0, 5) != "/api/")
        return "a tenant's route lies under /api/";
    if (!need.namesCaller())
        return "exactly one rule about the caller is needed";
    const bool changes = method != Method::get;
    if (changes && !need.has(Need::csrf) && !need.has(Need::signed_by_sender))
        return "a change needs csrf, or the sender's signature";
    if (!changes && need.has(Need::csrf))
        return "reading changes nothing, so it takes no csrf";
    if (need.has(Need::csrf) && need.has(Need::anyone))
        return "csrf needs a session";
    if ((method == Method::get || method == Method::del) && body.kind() != BodyKind::none)
        return "GET and DELETE carry no body";
    if (body.kind() != BodyKind::none && body.maxBytes() == 0)
        return "a body needs a size limit";
    return nullptr;
}

/// A route with everything it must declare (C5). There are no defaults: a route that leaves something out does not
/// compile; one that contradicts itself throws as the program starts.
struct Route
{
    Method method;
    std::string_view path; ///< "/api/cases/{case}"; a literal with the life of the program
    Scope scope;
    Need need;
    BodyRule body;
    Rate rate;
    Cost cost;

    constexpr Route(Method method_, std::string_view path_, Scope scope_, Need need_, BodyRule body_,
                    Rate rate_, Cost cost_)
        : method(method_),
          path(path_),
          scope(scope_),
          need(need_),
          body(body_),
          rate(rate_),
          cost(cost_)
    {
        if (const char* fault = faultOfRoute(method_, path_, scope_, need_, body_))
            throw std::logic_error(fault);
    }
};

/// Values of a path's placeholders.
using PathParams = std::map<std::string, std::string, std::less<>>;

/// Finds routes by method and path. Literal segments win over placeholders. Placeholder values are at most 64
/// of [A-Za-z0-9_.-]; anything else finds nothing. Filled before the gate starts; then read by all threads.
class RouteTable
{
public:
    struct Match
    {
        int index = -1; ///< in the order of adding; -1: no such route
        PathParams params;
        std::string allowed; ///< for 405: methods that the path knows, "GET, PUT"; empty when it knows none
    };

    /// A second route of the same method and shape is a defect and throws.
    int add(const Route& route);
    [[nodiscard]] Match find(Scope scope, std::string_view method, std::string_view path) const;
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

private:
    struct Entry
    {
        int index;
        std::vector<std::string_view> segments;
    };
    std::vector<Route> routes_;
    std::map<std::size_t, std::vector<Entry>> by_length_;
};

/// Routes with what answers them. `Endpoint` is any callable; the application gives it its own context.
template <class Endpoint>
class Router
{
public:
    void add(const Route& route, Endpoint endpoint)
    {
        table_.add(route);
        endpoints_.push_back(std::move(endpoint));
    }
    [[nodiscard]] RouteTable::Match find(Scope scope, std::string_view method, std::string_view path) const
    {
        return table_.find(scope, method, path);
    }
    [[nodiscard]] const Route& route(int index) const
    {
        return table_.routes()[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] const Endpoint& endpoint(int index) const
    {
        return endpoints_[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] const std::vector<Route>& routes() const { return table_.routes(); }

private:
    RouteTable table_;
    std::vector<Endpoint> endpoints_;
};

} // namespace zikao::http
