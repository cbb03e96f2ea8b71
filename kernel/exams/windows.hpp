#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"

namespace zikao::exams {

/// A span of time in which something may be done that belongs to no sitting (毕业申请时间). Inclusive of `opens`,
/// exclusive of `closes`.
struct Window
{
    std::string name; ///< as definitions name it: "graduation"
    std::string title;
    Instant opens, closes;
    std::string within; ///< another window that must not close before this one does; empty: none
};

/// The named windows of a tenant. @threads any
class Windows
{
public:
    explicit Windows(tenant::Tenant& tenant) : tenant_(tenant) {}

    Result<std::vector<Window>> all(); ///< by opening
    Result<std::optional<Window>> find(const std::string& name);
    /// Creates or replaces one. @errors `invalid_argument` with `window_name`, `window_order` (closes before it
    ///     opens), `window_unknown` (there is no such `within`) or `window_outlasts` (it would close after the one
    ///     it lies within, or one that lies within it would)
    Result<void> save(storage::Transaction& tx, const Window& window);

private:
    tenant::Tenant& tenant_;
};

} // namespace zikao::exams
