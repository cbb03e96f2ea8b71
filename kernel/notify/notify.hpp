#pragma once

#include <map>
#include <optional>
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

/// A message that went out, or tried to, as staff see it: never the whole number, never its text.
struct Outgoing
{
    std::string id, channel, template_key;
    std::string recipient; ///< masked: the last two digits of a phone, the house of a mailbox (DEF-GEN-06)
    /// begun | waiting (to be tried again) | sent (the provider took it) | failed | unknown (no answer came) | late (it
    /// was useless before it could go) | unsent (there is no sender)
    std::string state;
    std::string error; ///< the provider's code
    int tries = 0;
    Instant begun_at;
    std::string report,
        report_code; ///< "delivered" | "failed": what the provider reported later; empty: nothing yet
    std::optional<Instant> reported_at;
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

    struct OutgoingPage
    {
        std::vector<Outgoing> rows; ///< newest first
        std::int64_t total = 0;
        std::int64_t queued = 0; ///< wait for their first try
    };
    /// @param recipient  a whole number or mailbox; empty: everybody's
    Result<OutgoingPage> outgoing(const std::string& recipient, int limit, int offset);

    /// What the provider said became of a message. The word of whoever knows the address: information, never proof, so
    /// that it changes no state, and the first one stays.
    Result<void> report(const std::string& message_id, bool delivered, const std::string& code);

private:
    enum class Begin { fresh, settled };
    Result<Begin> begin(const std::string& id, const QueuedMessage& message);
    Result<void> end(const std::string& id, const std::string& state, const std::string& provider_id,
                     const std::string& error);

    tenant::Tenant& tenant_;
};

} // namespace zikao::notify
