#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/tenant/tenant.hpp"

namespace zikao::notify {

/// A line in a candidate's message box (DEF-GEN-18).
struct BoxMessage
{
    std::string id, account_id, title, text, case_id;
    Instant sent_at;
    bool read = false;
};

/// Messages of one tenant: the box always, SMS or e-mail through the outbox where the province says so.
class Notify
{
public:
    explicit Notify(tenant::Tenant& tenant) : tenant_(tenant) {}

    Result<void> toBox(storage::Transaction& tx, const BoxMessage& message);
    /// Queues an outgoing message; delivered by the background runner, not repeated after a timeout.
    Result<void> toPhone(storage::Transaction& tx, const std::string& phone, const std::string& template_key,
                         const std::map<std::string, std::string>& params);
    Result<std::vector<BoxMessage>> box(const std::string& account_id, int limit = 100);
    Result<void> markRead(const std::string& account_id, const std::string& id);
    Result<int> unread(const std::string& account_id);
    /// The outbox handler of kind "message".
    Result<void> deliver(const std::string& id, const Json& payload);

private:
    tenant::Tenant& tenant_;
};

} // namespace zikao::notify
