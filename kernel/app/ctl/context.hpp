#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/app/config.hpp"
#include "kernel/app/installation.hpp"
#include "kernel/base/clock.hpp"
#include "kernel/identity/passwords.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::ctl {

/// What commands stand on. Everything is opened when it is first asked for, so that `rules check` needs no
/// configuration and `keys list` no database.
class Context
{
public:
    /// @param config_file  empty when the command line named none
    explicit Context(std::string config_file) : config_file_(std::move(config_file)) {}

    [[nodiscard]] bool configured() const { return !config_file_.empty(); }
    /// @errors those of Config::read; `invalid_argument` without --config
    Result<const app::Config*> config();
    /// @errors `not_found`: the configuration has no such tenant
    Result<const app::TenantConfig*> tenantConfig(const std::string& id);
    /// The named tenant, or every tenant of the configuration when `id` is empty.
    Result<std::vector<std::string>> tenantIds(const std::string& id);
    Result<tenant::OpenOptions> options(const std::string& id, tenant::OpenOptions::Mode mode);

    using Mode = tenant::OpenOptions::Mode;
    Result<std::unique_ptr<storage::Database>> database(const std::string& id, Mode mode);
    Result<std::unique_ptr<tenant::Tenant>> tenant(const std::string& id, Mode mode = Mode::manage);

    /// The configuration's evaluator; without --config one whose worker lies beside this program.
    Result<rules::Evaluator*> evaluator();
    /// With the installation's pepper.
    Result<identity::Passwords*> passwords();
    [[nodiscard]] const Clock& clock() const { return clock_; }

private:
    const std::string config_file_;
    SystemClock clock_;
    std::optional<app::Config> config_;
    std::unique_ptr<rules::Evaluator> evaluator_;
    std::unique_ptr<identity::Passwords> passwords_;
};

/// Who zikaoctl is in audit trails and histories: whoever holds the shell of the installation.
inline constexpr const char* kOperator = "system:zikaoctl";

} // namespace zikao::ctl
