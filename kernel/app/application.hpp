#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/app/call.hpp"
#include "kernel/http/gate.hpp"
#include "kernel/http/rate.hpp"
#include "kernel/http/static_files.hpp"

namespace zikao::app {

/// Everything behind the gate: finds tenant and route, judges session, token, rights and rate, reads the
/// body, calls the endpoint, turns errors into problem documents (the HTTP edge).
/// @threads all of the gate's threads at once
class Application : public http::Handler
{
public:
    /// @param web  the browser's files
    Application(std::vector<std::unique_ptr<Site>> sites, http::StaticFiles web);

    http::Admission admit(const http::Request& request) override;
    http::Response handle(http::Request& request) override;

    [[nodiscard]] const std::vector<http::Route>& routes() const { return routes_.routes(); }
    [[nodiscard]] const std::vector<http::Route>& rootRoutes() const { return root_.routes(); }
    [[nodiscard]] const std::vector<std::unique_ptr<Site>>& sites() const { return sites_; }

    /// The gate's counters for /metrics, once there is a gate.
    void observe(const http::Gate* gate) { gate_ = gate; }

private:
    /// Where a path leads: a tenant (or the installation's root) and the rest of the path below it.
    struct Place
    {
        Site* site = nullptr;
        std::string path;
    };
    [[nodiscard]] Place placeOf(const http::Request& request) const;
    Result<http::Response> answer(http::Request& request, const Place& place);
    Result<http::Response> answerRoot(const http::Request& request, const std::string& path);
    Result<http::Response> health(const http::Request& request);
    Result<http::Response> showMetrics(const http::Request& request);
    Result<http::Response> tenants(const http::Request& request);
    /// 404, or 405 naming the methods there are.
    http::Response noRoute(const http::RouteTable::Match& match, const http::Request& request,
                           Site* site) const;
    /// The pattern of the route that a request meets, for the log: a path would name cases and orders. "-": none.
    [[nodiscard]] std::string routeOf(const http::Request& request, const Place& place) const;
    [[nodiscard]] std::string metrics() const;
    http::Response problem(const http::Problem& problem, const http::Request& request, Site* site) const;

    std::vector<std::unique_ptr<Site>> sites_;
    http::StaticFiles web_;
    Routes routes_;
    http::Router<Result<http::Response> (Application::*)(const http::Request&)> root_;
    http::RateLimiter rates_;
    std::atomic<const http::Gate*> gate_{nullptr};
};

} // namespace zikao::app
