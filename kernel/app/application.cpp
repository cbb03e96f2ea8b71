#include "kernel/app/application.hpp"

#include <Poco/String.h>

#include "kernel/app/api/routes.hpp"
#include "kernel/app/texts.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/base/log.hpp"
#include "kernel/http/cookies.hpp"
#include "plugins/api/control.hpp"

namespace zikao::app {

namespace {

using namespace http;

std::int64_t monotonicMs()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

bool isApi(const std::string& path)
{
    return path == "/api" || path.starts_with("/api/");
}

std::uint32_t roleBits(const identity::Actor& actor)
{
    std::uint32_t bits = 0;
    for (const identity::Role role : actor.roles)
        bits |= bit(role);
    return bits;
}

/// A body that names itself as anything but JSON is not read as JSON: forms of other sites cannot say
/// application/json without asking first.
bool mayBeJson(const Request& request)
{
    const std::string length = request.header("Content-Length");
    const bool has_body = !request.header("Transfer-Encoding").empty() || (!length.empty() && length != "0");
    const std::string type = request.header("Content-Type");
    return type.empty() ? !has_body : Poco::icompare(type.substr(0, type.find(';')), "application/json") == 0;
}

/// Whether the caller is who the route asks for (C13): deny unless one rule says yes.
Result<void> judgeCaller(const Need& need, const std::optional<identity::Session>& session)
{
    using identity::ActorKind;
    if (need.has(Need::anyone))
        return ok();
    if (!session)
        return fail(ErrorCode::unauthenticated, "no session");
    const ActorKind kind = session->actor.kind;
    if (need.has(Need::visitor))
        return ok();
    if (kind == ActorKind::visitor)
        return fail(ErrorCode::unauthenticated, "not signed in");
    const bool allowed = need.has(Need::signed_in) ||
                         (need.has(Need::candidate) && kind == ActorKind::candidate) ||
                         (need.has(Need::staff) && kind == ActorKind::staff &&
                          (need.roleBits() == 0 || (need.roleBits() & roleBits(session->actor)) != 0));
    if (!allowed)
        return fail(ErrorCode::forbidden, "the route is not for this caller");
    return ok();
}

} // namespace

Application::Application(std::vector<std::unique_ptr<Site>> sites, StaticFiles web)
    : sites_(std::move(sites)),
      web_(std::move(web)),
      rates_(kDefaultRates, monotonicMs)
{
    for (const auto add :
         {addTenantRoutes, addAccountRoutes, addCodeRoutes, addMessageRoutes, addCaseRoutes, addCenterRoutes,
          addCatalogRoutes, addPaymentRoutes, addDegreeRoutes, addStaffRoutes, addReviewRoutes,
          addExchangeRoutes, addWindowRoutes, addSittingRoutes, addMoneyRoutes, addRuleRoutes})
        add(routes_);
    constexpr BodyRule kNone = BodyRule::none();
    root_.add({Method::get, "/healthz", Scope::root, Need::anyone, kNone, Rate::read, Cost::light},
              &Application::health);
    root_.add({Method::get, "/metrics", Scope::root, Need::anyone, kNone, Rate::read, Cost::light},
              &Application::showMetrics);
    root_.add({Method::get, "/api/tenants", Scope::root, Need::anyone, kNone, Rate::read, Cost::light},
              &Application::tenants);
}

Application::Place Application::placeOf(const Request& request) const
{
    const std::string& path = request.path();
    if (root_.find(Scope::root, "GET", path).index >= 0)
        return {nullptr, path}; // the installation's own, on every host
    const std::size_t slash = path.find('/', 1);
    const std::string_view first =
        std::string_view(path).substr(1, slash == std::string::npos ? slash : slash - 1);
    const std::string rest = slash == std::string::npos ? "/" : path.substr(slash);
    for (const auto& site : sites_) {
        const auto& hosts = site->tenant->profile.hosts;
        if (std::find(hosts.begin(), hosts.end(), request.host()) != hosts.end())
            return {site.get(), site->id() == first ? rest : path};
    }
    for (const auto& site : sites_)
        if (site->id() == first)
            return {site.get(), rest};
    return {nullptr, path};
}

Response Application::problem(const Problem& problem, const Request& request, Site* site) const
{
    const Json package_texts = site == nullptr ? Json::object() : site->packageTexts();
    return problemResponse(problem, request.id, [&](std::string_view code, const Json& args) {
        return sentence(package_texts, code, args);
    });
}

Response Application::noRoute(const RouteTable::Match& match, const Request& request, Site* site) const
{
    if (match.allowed.empty())
        return problem({Status::HTTP_NOT_FOUND, "not_found"}, request, site);
    Response response = problem({Status::HTTP_METHOD_NOT_ALLOWED, "method_not_allowed"}, request, site);
    response.head.set("Allow", match.allowed);
    return response;
}

Admission Application::admit(const Request& request)
{
    const Place place = placeOf(request);
    const Scope scope = place.site == nullptr ? Scope::root : Scope::tenant;
    const RouteTable::Match match = scope == Scope::root ? root_.find(scope, request.method(), place.path)
                                                         : routes_.find(scope, request.method(), place.path);
    Admission admission;
    const bool reads_raw = match.index >= 0 && scope == Scope::tenant &&
                           routes_.route(match.index).need.has(Need::signed_by_sender);
    if (!request.head->target.query_is_utf8 && !reads_raw) {
        admission.refusal = problem({Status::HTTP_BAD_REQUEST, "request_malformed"}, request, place.site);
        admission.from_memory = true;
        return admission;
    }
    if (match.index < 0) {
        const bool reads = request.method() == "GET" || request.method() == "HEAD";
        if (isApi(place.path) || !match.allowed.empty())
            admission.refusal = noRoute(match, request, place.site);
        else if (!reads) // the browser's files are only read
            admission.refusal = noRoute({-1, {}, "GET, HEAD"}, request, place.site);
        admission.from_memory = true;
        return admission;
    }
    const Route& route = scope == Scope::root ? root_.route(match.index) : routes_.route(match.index);
    const std::string session =
        place.site == nullptr ? "" : sessionToken(request, place.site->id()).value_or("");
    if (const int wait =
            rates_.take(route.rate, request.client, session.empty() ? session : hex(sha256(session)));
        wait > 0) {
        Problem refused{Status::HTTP_TOO_MANY_REQUESTS, "too_many"};
        refused.retry_after_seconds = wait;
        admission.refusal = problem(refused, request, place.site);
        return admission;
    }
    // Whoever shows no session at all is not let send megabytes first.
    if (session.empty() && !route.need.has(Need::anyone)) {
        admission.refusal = problem({Status::HTTP_UNAUTHORIZED, "unauthenticated"}, request, place.site);
        return admission;
    }
    if (route.body.kind() == BodyKind::json && !mayBeJson(request)) {
        admission.refusal = problem({Status::HTTP_UNSUPPORTED_MEDIA_TYPE, "media_type"}, request, place.site);
        return admission;
    }
    admission.max_body = route.body.maxBytes();
    admission.cost = route.cost;
    return admission;
}

Response Application::handle(Request& request)
{
    const std::int64_t began = monotonicMs();
    const Place place = placeOf(request);
    Response response;
    Result<Response> answered = answer(request, place);
    if (answered) {
        response = std::move(*answered);
    } else {
        const Error& error = answered.error();
        Problem refused = problemOf(error);
        if (error.code == ErrorCode::internal || error.code == ErrorCode::corrupt)
            log::error("request_failed",
                       {{"request", request.id}, {"code", name(error.code)}, {"why", error.message}});
        response = problem(refused, request, place.site);
    }
    log::info("request", {{"request", request.id},
                          {"tenant", place.site == nullptr ? "-" : place.site->id()},
                          {"route", routeOf(request, place)},
                          {"method", request.method()},
                          {"status", std::to_string(static_cast<int>(response.status()))},
                          {"ms", std::to_string(monotonicMs() - began)}});
    return response;
}

std::string Application::routeOf(const Request& request, const Place& place) const
{
    const auto pattern = [&](const auto& routes, Scope scope) {
        const RouteTable::Match match = routes.find(scope, request.method(), place.path);
        return match.index < 0 ? "-" : std::string(routes.route(match.index).path);
    };
    return place.site == nullptr ? pattern(root_, Scope::root) : pattern(routes_, Scope::tenant);
}

Result<Response> Application::answer(Request& request, const Place& place)
{
    if (place.site == nullptr)
        return answerRoot(request, place.path);
    if (!isApi(place.path)) {
        if (request.path().back() != '/' && place.path == "/") {
            // "/<tenant>" without its slash: relative addresses of the page would point beside the tenant.
            Response moved;
            moved.head.setStatus(Status::HTTP_PERMANENT_REDIRECT);
            moved.head.set("Location", request.path() + "/");
            return moved;
        }
        if (std::optional<Response> file = web_.answer(request, place.path))
            return std::move(*file);
        return fail(ErrorCode::not_found, "no such file");
    }

    const RouteTable::Match match = routes_.find(Scope::tenant, request.method(), place.path);
    if (match.index < 0)
        return fail(ErrorCode::not_found, "no such route");
    const Route& route = routes_.route(match.index);
    Site& site = *place.site;
    Call call{site, request, match.params, std::nullopt};
    if (!route.need.has(Need::signed_by_sender)) {
        if (const auto token = sessionToken(request, site.id())) {
            Result<std::optional<identity::Session>> session = site.identity.find(*token);
            if (!session)
                return fail(session.error());
            call.session = std::move(*session);
            if (call.session)
                call.session->actor.request_id = request.id;
        }
    }
    if (Result<void> allowed = judgeCaller(route.need, call.session); !allowed)
        return fail(allowed.error());
    if (CONTROL("csrf") && route.need.has(Need::csrf) &&
        (!call.session || !equalInConstantTime(request.header("X-CSRF-Token"), call.session->csrf)))
        return fail(ErrorCode::forbidden, "CSRF token missing or of another session", "csrf_wrong");

    if (route.body.kind() != BodyKind::none) {
        Result<std::string> bytes = request.body.bytes();
        if (!bytes)
            return fail(bytes.error());
        if (route.body.kind() == BodyKind::raw) {
            call.raw = std::move(*bytes);
        } else {
            JsonLimits limits;
            limits.max_bytes = route.body.maxBytes();
            Result<Json> json = parseJson(bytes->empty() ? std::string_view("{}") : *bytes, limits);
            if (!json)
                return fail(json.error());
            call.body = std::move(*json);
        }
    }
    return routes_.endpoint(match.index)(call);
}

Result<Response> Application::answerRoot(const Request& request, const std::string& path)
{
    const RouteTable::Match match = root_.find(Scope::root, request.method(), path);
    if (match.index >= 0)
        return (this->*root_.endpoint(match.index))(request);
    if (std::optional<Response> file = web_.answer(request, path))
        return std::move(*file);
    return fail(ErrorCode::not_found, "no such page");
}

Result<Response> Application::health(const Request&)
{
    for (const auto& site : sites_)
        if (Result<storage::Rows> alive = site->tenant->database->query("SELECT 1"); !alive)
            return fail(ErrorCode::unavailable, site->id() + ": " + alive.error().message);
    return Response::json({{"status", "ok"}, {"tenants", sites_.size()}});
}

/// Figures of the inside are for the machine's own collector, not for strangers (C4).
Result<Response> Application::showMetrics(const Request& request)
{
    if (request.client != "127.0.0.1" && request.client != "::1")
        return fail(ErrorCode::not_found, "metrics are for this machine");
    return Response::text(metrics(), "text/plain; version=0.0.4; charset=utf-8");
}

Result<Response> Application::tenants(const Request&)
{
    Json list = Json::array();
    for (const auto& site : sites_) {
        const tenant::Profile& profile = site->tenant->profile;
        list.push_back(
            {{"id", profile.id},
             {"name", profile.name},
             {"platform_name", profile.platform_name},
             {"url", profile.hosts.empty() ? "/" + profile.id + "/" : "//" + profile.hosts.front() + "/"},
             {"theme", themeJson(*site)}});
    }
    return Response::json(list);
}

} // namespace zikao::app
