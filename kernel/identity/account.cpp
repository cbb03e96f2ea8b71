#include "kernel/identity/account.hpp"

#include <arpa/inet.h>

#include "kernel/base/encoding.hpp"

namespace zikao::identity {

std::string joinedRoles(const std::set<Role>& roles)
{
    std::string text;
    for (const Role role : roles)
        text += (text.empty() ? "" : ",") + std::string(name(role));
    return text;
}

std::set<Role> splitRoles(const std::string& text)
{
    std::set<Role> roles;
    std::stringstream stream(text);
    for (std::string part; std::getline(stream, part, ',');)
        if (const auto role = roleFrom(part))
            roles.insert(*role);
    return roles;
}

std::string networkOf(const std::string& address)
{
    std::string plain = address;
    if (plain.starts_with("::ffff:") && plain.find('.') != std::string::npos)
        plain = plain.substr(7);
    in_addr four{};
    if (inet_pton(AF_INET, plain.c_str(), &four) == 1)
        return plain.substr(0, plain.rfind('.')) + ".0/24";
    in6_addr six{};
    if (inet_pton(AF_INET6, plain.c_str(), &six) == 1)
        return hex(std::string_view(reinterpret_cast<const char*>(six.s6_addr), 8)) + "/64";
    return plain.substr(0, 64);
}

Result<std::optional<Identity::Account>> Identity::accountBy(const char* column, const std::string& value)
{
    const auto rows =
        db().query("SELECT id, kind, user_name, display_name, password_hash, state, roles, office_code, "
                   "password_set_at_ms, totp_secret, totp_state, totp_step FROM account WHERE " +
                       std::string(column) + " = ?",
                   {value});
    if (!rows)
        return fail(rows.error());
    if (rows->empty())
        return std::optional<Account>{};
    const storage::Row& row = rows->front();
    return std::optional<Account>{{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                                   row.text(5), row.text(6), row.text(7), row.integer(8),
                                   row.isNull(9) ? "" : row.bytes(9), row.text(10), row.integer(11)}};
}

Result<void> Identity::witness(storage::Transaction& tx, const Actor& by, const std::string& act,
                               const std::string& object, const Json& detail)
{
    if (!witness_)
        return ok();
    return witness_(tx, {by.id, act, object, dumpJson(detail), by.request_id});
}

Result<int> Identity::sweep()
{
    const std::int64_t at = now().ms;
    const std::pair<const char*, std::int64_t> over[] = {
        {"DELETE FROM login_session WHERE kind = 'guest' AND begun_at_ms <= ?", at - 7 * kDayMs},
        {"DELETE FROM login_session WHERE kind <> 'guest' AND begun_at_ms <= ?", at - 12 * kHourMs},
        {"DELETE FROM captcha WHERE expires_at_ms <= ?", at},
        {"DELETE FROM login_failure WHERE last_at_ms <= ?", at - kDayMs},
        {"DELETE FROM security_code WHERE expires_at_ms <= ?", at - kDayMs},
        {"DELETE FROM code_allowance WHERE last_at_ms <= ?", at - 2 * kDayMs}};
    int removed = 0;
    for (const auto& [sql, before] : over) {
        const auto rows = db().execute(sql, {before});
        if (!rows)
            return fail(rows.error());
        removed += static_cast<int>(*rows);
    }
    return removed;
}

} // namespace zikao::identity
