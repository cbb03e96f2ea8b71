#pragma once

#include <map>
#include <string>
#include <vector>

#include "kernel/base/queued_message.hpp"
#include "kernel/tenant/tenant.hpp"

namespace zikao::notify {

/// A line in a candidate's message box (DEF-GEN-18).
struct BoxMessage
{
    std::string id; ///< empty when sending: made here
    std::string account_id, title, text, case_id;
    Instant sent_at; ///< zero when sending: now
    bool read = false;
};

/// Messages of one tenant: the box always, SMS or e-mail through the outbox where the province says so.
/// @threads any
class Notify
{
public:
    explicit Notify(tenant::Tenant& tenant) : tenant_(tenant) {}

    Result<void> toBox(storage::Transaction& tx, const BoxMessage& message);
    /// Queues an outgoing message; delivered by the background runner, not repeated after a timeout.
    Result<void> toPhone(storage::Transaction& tx, const std::string& phone, const std::string& template_key,
                         const std::map<std::string, std::string>& params);
    /// Newest first.
    Result<std::vector<BoxMessage>> box(const std::string& account_id, int limit = 100);
    /// @errors `not_found`: not a message of this account
    Result<void> markRead(const std::string& account_id, const std::string& id);
    Result<int> unread(const std::string& account_id);

    /// The outbox handler of kind "message". A message goes out at most once: it is marked as begun before
    /// the provider is called, and one found begun and not ended (the process died, the provider did not
    /// answer) is closed as `unknown` instead of being sent again. Only a provider that surely took nothing
    /// is asked again.
    /// @errors `unavailable`, `too_many`: later; `invalid_argument`: never
    Result<void> deliver(const std::string& id, const Json& payload);

private:
    enum class Begin { fresh, settled };
    Result<Begin> begin(const std::string& id, const QueuedMessage& message);
    Result<void> end(const std::string& id, const std::string& state, const std::string& provider_id,
                     const std::string& error);

    tenant::Tenant& tenant_;
};

} // namespace zikao::notify
