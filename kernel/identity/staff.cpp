#include "kernel/base/id.hpp"
#include "kernel/identity/account.hpp"
#include "kernel/identity/totp.hpp"

namespace zikao::identity {

namespace {

constexpr Role kOfficers[] = {Role::system_officer, Role::security_officer, Role::audit_officer};

Result<std::set<Role>> grantable(const std::vector<std::string>& names, const Actor& by)
{
    std::set<Role> roles;
    for (const std::string& text : names) {
        const auto role = roleFrom(text);
        if (!role)
            return fail(ErrorCode::invalid_argument, "no such role", "role_unknown");
        if (by.has(*role))
            return fail(ErrorCode::forbidden, "who grants a role cannot hold it", "own_role");
        roles.insert(*role);
    }
    const auto officers = std::count_if(std::begin(kOfficers), std::end(kOfficers),
                                        [&](Role officer) { return roles.contains(officer); });
    if (officers > 1)
        return fail(ErrorCode::conflict, "the three officers never meet in one account", "three_officers");
    return roles;
}

std::string lowered(const std::string& text)
{
    std::string out;
    for (const char c : text)
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

} // namespace

Result<std::string> Identity::addStaff(const NewStaff& staff, const Actor& by)
{
    if (staff.user_name.empty() || staff.user_name.find(' ') != std::string::npos)
        return fail(ErrorCode::invalid_argument, "user name", "user_name_empty");
    const auto roles = grantable(staff.roles, by);
    if (!roles)
        return fail(roles.error());
    Person own;
    own.name = staff.name;
    own.email = staff.user_name;
    if (const auto faults = passwordFaults(staff.password, own, true); !faults.empty())
        return fail(ErrorCode::invalid_argument, "password against the rules", faults.front());
    const auto secret = fromBase32(staff.totp_secret);
    if (!secret || (!secret->empty() && secret->size() < 16))
        return fail(ErrorCode::invalid_argument, "one-time code secret", "totp_secret");
    const auto hash = passwords_.hash(staff.password, Passwords::Cost::staff);
    if (!hash)
        return fail(hash.error());
    const std::string id = newId();
    return db().transaction([&](storage::Transaction& tx) -> Result<std::string> {
        const storage::Value sealed =
            secret->empty() ? storage::Value{}
                            : storage::Value{storage::Bytes{tenant_.vault->seal(*secret, kTotpPurpose)}};
        const auto added =
            tx.execute("INSERT INTO account (id, kind, login_index, user_name, display_name, password_hash, "
                       "password_set_at_ms, "
                       "state, roles, office_code, totp_secret, totp_state, created_at_ms, created_by) "
                       "VALUES (?, 'staff', ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?, ?)",
                       {id, tenant_.vault->index(lowered(staff.user_name), kUserNamePurpose), staff.user_name,
                        staff.name, *hash, now().ms, joinedRoles(*roles), staff.office_code, sealed,
                        std::string(secret->empty() ? "none" : "active"), now().ms, by.id});
        if (!added && added.error().reason == "duplicate")
            return fail(ErrorCode::conflict, "the user name is taken", "user_name_taken");
        if (!added)
            return fail(added.error());
        const auto noted = tx.execute(
            "INSERT INTO password_history (id, account_id, password_hash, set_at_ms) VALUES (?, ?, ?, ?)",
            {newId(), id, *hash, now().ms});
        if (!noted)
            return fail(noted.error());
        if (auto seen = witness(tx, by, "staff.add", "account:" + id, {{"roles", joinedRoles(*roles)}});
            !seen)
            return fail(seen.error());
        return id;
    });
}

Result<void> Identity::disable(const std::string& account_id, const Actor& by)
{
    return db().transaction([&](storage::Transaction& tx) -> Result<void> {
        const auto ended = tx.execute("UPDATE account SET state = 'disabled' WHERE id = ?", {account_id});
        if (!ended)
            return fail(ended.error());
        if (*ended != 1)
            return fail(ErrorCode::not_found, "no such account");
        const auto removed = tx.execute("DELETE FROM login_session WHERE subject_id = ?", {account_id});
        if (!removed)
            return fail(removed.error());
        return witness(tx, by, "account.disable", "account:" + account_id, Json::object());
    });
}

Result<void> Identity::resetStaff(const std::string& account_id, const std::string& new_password,
                                  const Actor& by)
{
    const auto account = accountBy("id", account_id);
    if (!account)
        return fail(account.error());
    if (!*account || (*account)->kind != "staff" || !(*account)->active())
        return fail(ErrorCode::not_found, "no such staff account");
    if (by.id == account_id)
        return fail(ErrorCode::forbidden, "nobody resets the own second factor", "same_person");
    const auto hash = acceptableHash(**account, new_password);
    if (!hash)
        return fail(hash.error());
    return db().transaction([&](storage::Transaction& tx) -> Result<void> {
        if (auto stored = storePassword(tx, **account, *hash); !stored)
            return stored;
        const auto cleared = tx.execute(
            "UPDATE account SET totp_secret = NULL, totp_state = 'none', totp_step = 0 WHERE id = ?",
            {account_id});
        if (!cleared)
            return fail(cleared.error());
        return witness(tx, by, "staff.reset", "account:" + account_id, Json::object());
    });
}

Result<std::vector<Identity::StaffRow>> Identity::staff()
{
    const auto rows = db().query("SELECT id, user_name, display_name, office_code, state, roles, totp_state "
                                 "FROM account WHERE kind = 'staff' ORDER BY user_name");
    if (!rows)
        return fail(rows.error());
    std::vector<StaffRow> all;
    for (const storage::Row& row : *rows)
        all.push_back({row.text(0), row.text(1), row.text(2), row.text(3), row.text(4),
                       splitRoles(row.text(5)), row.text(6) == "active"});
    return all;
}

} // namespace zikao::identity
