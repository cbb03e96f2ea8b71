#pragma once

#include <chrono>
#include <memory>
#include <vector>

#include "kernel/app/application.hpp"
#include "kernel/app/background.hpp"
#include "kernel/app/config.hpp"
#include "kernel/http/gate.hpp"

namespace zikao::app {

/// One running installation: tenants, gate and background work. zikaod has one; tests start theirs in-process.
/// @threads start and stop from one thread
class Server
{
public:
    /// Opens everything and accepts connections when it returns. The tenants are opened at one time.
    /// @param clock  must outlive the server
    /// @errors those of `tenant::open`, `StaticFiles::load` and `Gate::start`, naming the tenant, file or address;
    ///         `invalid_argument`: no tenant, or two with one id or host name
    static Result<std::unique_ptr<Server>> start(const Config& config, const Clock& clock);
    ~Server(); ///< stops without patience

    [[nodiscard]] std::uint16_t port() const { return gate_->port(); }
    [[nodiscard]] Application& application() { return *application_; }
    /// One round of everything that is due in every tenant, now. For tests that wait for news.
    int runBackgroundOnce();

    /// Begins the background work of every tenant.
    void startBackground();
    /// Accepts no more, lets running requests finish, then ends the background work.
    /// @return whether every request ended within `patience`; the others are cut off
    bool stop(std::chrono::milliseconds patience);

private:
    Server() = default;

    // Destroyed last to first: nobody uses what is above it any more.
    std::unique_ptr<identity::Passwords> passwords_;
    std::unique_ptr<rules::Evaluator> evaluator_;
    std::shared_ptr<Application> application_;
    std::vector<std::unique_ptr<Background>> background_;
    std::unique_ptr<http::Gate> gate_;
    bool stopped_ = false;
};

} // namespace zikao::app
