#include "kernel/app/server.hpp"

#include <filesystem>
#include <future>
#include <set>

#include "kernel/app/installation.hpp"
#include "kernel/app/restored.hpp"
#include "kernel/app/texts.hpp"

namespace zikao::app {

namespace {

namespace fs = std::filesystem;
using Opened = Result<std::unique_ptr<tenant::Tenant>>;

Result<std::vector<std::unique_ptr<tenant::Tenant>>> openTenants(const Config& config, const Clock& clock,
                                                                 rules::Evaluator& evaluator)
{
    std::vector<std::future<Opened>> opening;
    for (const TenantConfig& tenant : config.tenants)
        opening.push_back(std::async(std::launch::async, [&]() -> Opened {
            const auto options = openOptions(config, tenant, tenant::OpenOptions::Mode::serve);
            if (!options)
                return fail(options.error());
            return tenant::open(*options, clock, evaluator);
        }));
    std::vector<std::unique_ptr<tenant::Tenant>> tenants;
    std::optional<Error> faults; // of every tenant, so that the operator need not start again for each
    for (auto& each : opening) {
        Opened opened = each.get();
        if (opened)
            tenants.push_back(std::move(*opened));
        else if (faults)
            faults->message += "\n" + opened.error().message;
        else
            faults = opened.error();
    }
    if (faults)
        return fail(*faults);
    return tenants;
}

/// An address must mean one tenant.
Result<void> requireDistinct(const std::vector<std::unique_ptr<tenant::Tenant>>& tenants)
{
    std::set<std::string> hosts;
    for (const auto& tenant : tenants)
        for (const std::string& host : tenant->profile.hosts)
            if (!hosts.insert(host).second)
                return fail(ErrorCode::invalid_argument, tenant->profile.dir + "/province.json: hosts: " +
                                                             host + " belongs to another tenant too");
    return ok();
}

/// Two entries with one id would share one database, so this is asked before anything is opened.
Result<void> requireTenants(const Config& config)
{
    if (config.tenants.empty())
        return fail(ErrorCode::invalid_argument, "tenants: at least one is needed");
    std::set<std::string> ids;
    for (const TenantConfig& tenant : config.tenants)
        if (!ids.insert(tenantId(tenant)).second)
            return fail(ErrorCode::invalid_argument, "tenants: " + tenantId(tenant) + " is there twice");
    return ok();
}

Result<http::GateOptions> gateOptions(const Config& config)
{
    http::GateOptions options;
    options.address = config.address;
    options.port = config.port;
    options.threads = config.http_threads;
    options.heavy_at_once = std::max(1, config.http_threads / 2);
    options.trusted_proxies = config.trusted_proxies;
    options.texts = [](std::string_view code, const Json& args) { return sentence(Json(), code, args); };
    if (!config.tls_certificate.empty())
        options.tls = http::TlsFiles{config.tls_certificate, config.tls_key};
    const fs::path spool = fs::path(config.data_dir) / "spool";
    std::error_code failed;
    fs::create_directories(spool, failed);
    if (!failed)
        fs::permissions(spool, fs::perms::owner_all, failed);
    if (failed)
        return fail(ErrorCode::unavailable,
                    "data_dir: cannot make " + spool.string() + ": " + failed.message());
    options.spool_dir = spool.string();
    return options;
}

} // namespace

Result<std::unique_ptr<Server>> Server::start(const Config& config, const Clock& clock)
{
    if (Result<void> good = requireTenants(config); !good)
        return fail(good.error());
    auto web = http::StaticFiles::load(config.web_dir);
    if (!web)
        return fail(web.error().code, "web_dir: " + web.error().message);
    auto secret = pepper(config.data_dir);
    if (!secret)
        return fail(secret.error().code, "data_dir: " + secret.error().message);

    std::unique_ptr<Server> server(new Server);
    server->passwords_ = std::make_unique<identity::Passwords>(std::move(*secret));
    auto evaluator = startRules(config);
    if (!evaluator)
        return fail(evaluator.error().code, "worker: " + evaluator.error().message);
    server->evaluator_ = std::move(*evaluator);
    auto tenants = openTenants(config, clock, *server->evaluator_);
    if (!tenants)
        return fail(tenants.error());
    for (const auto& tenant : *tenants)
        if (Result<void> ended = endWhatARestoreRevived(*tenant); !ended)
            return fail(ended.error().code, tenant->profile.id + ": " + ended.error().message);
    if (Result<void> good = requireDistinct(*tenants); !good)
        return fail(good.error());

    std::vector<std::unique_ptr<Site>> sites;
    for (auto& tenant : *tenants)
        sites.push_back(std::make_unique<Site>(std::move(tenant), *server->passwords_));
    server->application_ = std::make_shared<Application>(std::move(sites), std::move(*web));
    for (const auto& site : server->application_->sites())
        server->background_.push_back(std::make_unique<Background>(*site));

    auto options = gateOptions(config);
    if (!options)
        return fail(options.error());
    auto gate = http::Gate::start(std::move(*options), server->application_);
    if (!gate)
        return fail(gate.error());
    server->gate_ = std::move(*gate);
    server->application_->observe(server->gate_.get());
    return server;
}

Server::~Server()
{
    stop(std::chrono::milliseconds{0});
}

int Server::runBackgroundOnce()
{
    int delivered = 0;
    for (const auto& each : background_)
        delivered += each->runOnce();
    return delivered;
}

void Server::startBackground()
{
    for (const auto& each : background_)
        each->start();
}

bool Server::stop(std::chrono::milliseconds patience)
{
    if (stopped_)
        return true;
    stopped_ = true;
    bool drained = true;
    if (gate_) {
        drained = gate_->drain(patience);
        gate_->stop();
    }
    for (const auto& each : background_)
        each->stop();
    return drained;
}

} // namespace zikao::app
