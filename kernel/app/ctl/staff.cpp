#include <cstdio>
#include <iostream>
#include <sstream>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/base/id.hpp"
#include "kernel/identity/identity.hpp"
#include "kernel/identity/totp.hpp"

namespace zikao::ctl {

namespace {

constexpr int kPasswordBits = 96;
const Option kPasswordOption{"--password-stdin", "",
                             "read the password from standard input, else one is made and printed"};

/// A tenant with its accounts, every change of which stands in its audit chain.
struct Accounts
{
    std::unique_ptr<tenant::Tenant> tenant;
    std::unique_ptr<identity::Identity> identity;

    static Result<Accounts> open(Context& context, const std::string& id,
                                 Context::Mode mode = Context::Mode::manage)
    {
        auto opened = context.tenant(id, mode);
        if (!opened)
            return fail(opened.error());
        const auto passwords = context.passwords();
        if (!passwords)
            return fail(passwords.error());
        auto accounts =
            std::make_unique<identity::Identity>(**opened, **passwords, app::auditWitness(**opened));
        return Accounts{std::move(*opened), std::move(accounts)};
    }

    Result<std::string> idOf(const std::string& user_name)
    {
        const auto all = identity->staff();
        if (!all)
            return fail(all.error());
        for (const auto& row : *all)
            if (row.user_name == user_name)
                return row.id;
        return fail(ErrorCode::not_found, "no staff account " + user_name);
    }
};

identity::Actor operatorActor()
{
    return identity::Actor::system("zikaoctl");
}

/// Random, and with every class of characters that the rules for staff ask for.
std::string madePassword()
{
    std::string made;
    do
        made = randomToken(kPasswordBits);
    while (!identity::passwordFaults(made, {}, true).empty());
    return made;
}

struct Chosen
{
    std::string password;
    bool made = false;
};

Result<Chosen> choosePassword(const Arguments& arguments)
{
    if (!arguments.has(kPasswordOption.name))
        return Chosen{madePassword(), true};
    Chosen chosen;
    if (!std::getline(std::cin, chosen.password) || chosen.password.empty())
        return fail(ErrorCode::invalid_argument, "no password on standard input");
    return chosen;
}

void printOnce(const Chosen& chosen)
{
    if (chosen.made)
        std::printf("password: %s   (shown once)\n", chosen.password.c_str());
}

std::vector<std::string> splitNames(const std::string& text)
{
    std::vector<std::string> names;
    std::istringstream in(text);
    for (std::string name; std::getline(in, name, ',');)
        names.push_back(name);
    return names;
}

Result<int> add(Context& context, const Arguments& arguments)
{
    auto accounts = Accounts::open(context, arguments["TENANT"]);
    if (!accounts)
        return fail(accounts.error());
    const auto chosen = choosePassword(arguments);
    if (!chosen)
        return fail(chosen.error());
    identity::Identity::NewStaff staff;
    staff.user_name = arguments["USER_NAME"];
    staff.name = arguments["--name"];
    staff.office_code = arguments["--office"];
    staff.roles = splitNames(arguments["--roles"]);
    staff.password = chosen->password;
    const std::string secret = identity::newTotpSecret();
    staff.totp_secret = identity::base32(secret);
    const auto added = accounts->identity->addStaff(staff, operatorActor());
    if (!added)
        return fail(added.error());
    std::printf("added %s\n", staff.user_name.c_str());
    printOnce(*chosen);
    std::printf("one-time code secret: %s   (shown once)\n%s\n", staff.totp_secret.c_str(),
                identity::totpUri(secret, accounts->tenant->profile.platform_name, staff.user_name).c_str());
    return kDone;
}

std::string roleNames(const std::set<identity::Role>& roles)
{
    std::string names;
    for (const identity::Role role : roles)
        names += (names.empty() ? "" : ",") + std::string(identity::name(role));
    return names;
}

Result<int> list(Context& context, const Arguments& arguments)
{
    auto accounts = Accounts::open(context, arguments["TENANT"], Context::Mode::inspect);
    if (!accounts)
        return fail(accounts.error());
    const auto all = accounts->identity->staff();
    if (!all)
        return fail(all.error());
    for (const auto& row : *all)
        std::printf("%-20s %-8s %-10s %s%s\n", row.user_name.c_str(), row.state.c_str(),
                    row.office_code.c_str(), roleNames(row.roles).c_str(),
                    row.second_factor ? "" : " (no second factor yet)");
    return kDone;
}

Result<int> disable(Context& context, const Arguments& arguments)
{
    auto accounts = Accounts::open(context, arguments["TENANT"]);
    if (!accounts)
        return fail(accounts.error());
    const auto id = accounts->idOf(arguments["USER_NAME"]);
    if (!id)
        return fail(id.error());
    if (const auto done = accounts->identity->disable(*id, operatorActor()); !done)
        return fail(done.error());
    std::printf("disabled %s; its sessions are over\n", arguments["USER_NAME"].c_str());
    return kDone;
}

Result<int> reset(Context& context, const Arguments& arguments)
{
    auto accounts = Accounts::open(context, arguments["TENANT"]);
    if (!accounts)
        return fail(accounts.error());
    const auto id = accounts->idOf(arguments["USER_NAME"]);
    if (!id)
        return fail(id.error());
    const auto chosen = choosePassword(arguments);
    if (!chosen)
        return fail(chosen.error());
    if (const auto done = accounts->identity->resetStaff(*id, chosen->password, operatorActor()); !done)
        return fail(done.error());
    std::printf("reset %s; a second factor is enrolled at the next login\n", arguments["USER_NAME"].c_str());
    printOnce(*chosen);
    return kDone;
}

} // namespace

std::vector<Command> staffCommands()
{
    return {
        {"staff",
         "add",
         {"TENANT", "USER_NAME"},
         {{"--name", "NAME", "the person's name", true},
          {"--roles", "LIST", "duties with commas between them: prefecture_office,finance", true},
          {"--office", "CODE", "the office whose cases the account sees"},
          kPasswordOption},
         "add a staff account; its secrets are printed once",
         add},
        {"staff", "list", {"TENANT"}, {}, "list the staff accounts", list},
        {"staff", "disable", {"TENANT", "USER_NAME"}, {}, "disable an account and end its sessions", disable},
        {"staff",
         "reset",
         {"TENANT", "USER_NAME"},
         {kPasswordOption},
         "for who lost password or second factor: both are set anew",
         reset},
    };
}

} // namespace zikao::ctl
