#include <algorithm>
#include <iterator>

#include "kernel/identity/account.hpp"
#include "kernel/identity/codes.hpp"

namespace zikao::identity {

namespace {

struct ResetWay
{
    const char *name, *channel;
    std::string Person::*recipient;
};
constexpr ResetWay kResetWays[] = {{"phone", "sms", &Person::phone}, {"email", "email", &Person::email}};

} // namespace

std::vector<std::string> Identity::resetWays() const
{
    std::vector<std::string> served;
    for (const ResetWay& way : kResetWays)
        if (tenant_.sender(way.channel))
            served.emplace_back(way.name);
    return served;
}

Result<void> Identity::requestReset(const std::string& id_number, const std::string& way,
                                    const std::string& session_id, const std::string& network)
{
    const auto* const asked =
        std::ranges::find_if(kResetWays, [&](const ResetWay& each) { return way == each.name; });
    if (asked == std::end(kResetWays))
        return fail(ErrorCode::invalid_argument, "no such way", "reset_unknown");
    if (!tenant_.sender(asked->channel))
        return fail(ErrorCode::conflict, "nobody carries this way's messages", "code_way_unserved");
    const auto account = accountOfNumber(id_number);
    if (!account)
        return fail(account.error());
    Codes codes(tenant_);
    Codes::Way to{asked->channel, {}, {}, network};
    if (*account && (*account)->active()) {
        const auto owner = person((*account)->id);
        if (!owner)
            return fail(owner.error());
        to.recipient = (*owner).*asked->recipient;
        to.account_id = (*account)->id;
    }
    return codes.send({CodePurpose::reset, codes.numberKey(id_number), session_id}, to);
}

Result<void> Identity::resetPassword(const std::string& id_number, const std::string& code,
                                     const std::string& new_password, const std::string& session_id,
                                     const std::string& request_id)
{
    const auto wrong = [] { return fail(ErrorCode::invalid_argument, "code refused", "code_wrong"); };
    Codes codes(tenant_);
    const auto right = codes.check({CodePurpose::reset, codes.numberKey(id_number), session_id}, code);
    if (!right)
        return fail(right.error());
    if (right->account_id.empty())
        return wrong();
    const auto account = accountBy("id", right->account_id);
    if (!account)
        return fail(account.error());
    if (!*account || !(*account)->active())
        return wrong();
    const auto hash = acceptableHash(**account, new_password);
    if (!hash)
        return fail(hash.error());
    return db().transaction([&](storage::Transaction& tx) -> Result<void> {
        if (auto used = codes.use(tx, right->id); !used)
            return used;
        if (auto stored = storePassword(tx, **account, *hash); !stored)
            return stored;
        const auto unlocked = tx.execute("DELETE FROM login_failure WHERE account_key = ?",
                                         {tenant_.vault->index(right->account_id, kAccountKeyPurpose)});
        if (!unlocked)
            return fail(unlocked.error());
        FP("identity.reset.before_commit");
        return witness(tx, {ActorKind::candidate, right->account_id, {}, {}, {}, session_id, request_id},
                       "account.password_reset", "account:" + right->account_id, Json::object());
    });
}

} // namespace zikao::identity
