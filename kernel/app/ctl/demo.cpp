#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/app/ctl/demo_dates.hpp"
#include "kernel/app/ctl/import_people.hpp"
#include "kernel/app/site.hpp"
#include "kernel/base/id.hpp"
#include "kernel/base/queued_message.hpp"
#include "kernel/exams/records.hpp"
#include "kernel/identity/codes.hpp"

namespace zikao::ctl {

namespace {

namespace fs = std::filesystem;

Result<std::string> readBytes(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "cannot read " + path.string());
    return std::string{std::istreambuf_iterator<char>(file), {}};
}

/// What provinces/<p>/demo/demo.json describes, made in a tenant by the same ways that people go: accounts, sessions,
/// uploads and actions. What is there already stays as it is, so that loading twice changes nothing and loading after
/// an interruption finishes; only dates that run out are moved on.
class Demo
{
public:
    Demo(app::Site& site, const Json& demo, fs::path pictures)
        : site_(site),
          demo_(demo),
          pictures_(std::move(pictures))
    {}

    Result<void> load()
    {
        if (auto made = makeDemoDates(site_, demo_); !made)
            return made;
        for (const Json& each : demo_.at("staff"))
            if (auto made = makeStaff(each); !made)
                return inContext(each, made);
        const fs::path on_file = fs::path(site_.tenant->profile.dir) / "demo" / "people_on_file.csv";
        if (fs::exists(on_file))
            if (auto imported = importPeople(*site_.tenant, on_file.string()); !imported)
                return imported;
        for (const Json& each : demo_.at("candidates"))
            if (auto made = makeCandidate(each); !made)
                return inContext(each, made);
        return ok();
    }

private:
    static Result<void> inContext(const Json& person, const Result<void>& failed)
    {
        const Error& error = failed.error();
        return fail(error.code, person.at("as").get<std::string>() + ": " + error.message, error.reason);
    }

    /// Passes of the candidate's admission number; those on file stay.
    Result<void> makePasses(const Json& described, const std::string& account_id)
    {
        const auto person = site_.identity.person(account_id);
        if (!person)
            return fail(person.error());
        std::string csv = "admission_number,course_code,score,passed_on,source,origin,moved_on\n";
        for (const Json& pass : described.at("passes"))
            csv += pass.value("number", person->admission_number) + "," +
                   pass.at("course").get<std::string>() + "," + std::to_string(pass.at("score").get<int>()) +
                   "," + pass.at("passed_on").get<std::string>() + "," +
                   pass.at("source").get<std::string>() + "," + pass.value("origin", "") + "," +
                   pass.value("moved_on", "") + "\n";
        const auto imported = exams::Records(*site_.tenant).import(csv, kOperator);
        return imported ? ok() : Result<void>(fail(imported.error()));
    }

    Result<void> makeStaff(const Json& described)
    {
        identity::Identity::NewStaff staff;
        staff.user_name = described.at("user_name");
        staff.name = described.at("name");
        staff.password = described.at("password");
        staff.office_code = described.at("office");
        staff.roles = described.at("roles").get<std::vector<std::string>>();
        staff.totp_secret = described.at("totp_secret");
        const auto added = site_.identity.addStaff(staff, identity::Actor::system("zikaoctl"));
        if (!added && added.error().reason != "user_name_taken")
            return fail(added.error());
        if (added)
            std::printf("%s: staff %s\n", site_.id().c_str(), staff.user_name.c_str());
        return ok();
    }

    Result<void> makeCandidate(const Json& described)
    {
        auto account = accountOf(described);
        if (!account)
            return fail(account.error());
        if (account->empty()) {
            account = register_(described);
            if (!account)
                return fail(account.error());
            std::printf("%s: candidate %s\n", site_.id().c_str(),
                        described.at("as").get<std::string>().c_str());
        }
        if (described.contains("passes"))
            if (auto made = makePasses(described, *account); !made)
                return made;
        return approve(described, *account);
    }

    /// Empty when nobody has the ID number yet.
    Result<std::string> accountOf(const Json& described)
    {
        const auto found = site_.identity.searchCandidates(described.at("fields").at("id_number"), 1);
        if (!found)
            return fail(found.error());
        return found->empty() ? std::string() : found->front().account_id;
    }

    /// As a visitor does: a guest session, a case, its pictures, its fields, submitted.
    /// @return the account that was opened
    Result<std::string> register_(const Json& described)
    {
        const auto session = site_.identity.beginGuest();
        if (!session)
            return fail(session.error());
        const auto begun = site_.engine.begin(session->actor, described.at("case"), "", true);
        if (!begun)
            return fail(begun.error());
        cases::Input input;
        input.revision = begun->record.revision;
        const auto attached = attachPictures(session->actor, begun->record.id, described, input.revision);
        if (!attached)
            return fail(attached.error());
        input.request_key = newId();
        input.fields = described.at("fields");
        input.secrets = described.at("secrets");
        if (auto asked = answerCodes(session->actor, described, input.secrets); !asked)
            return fail(asked.error());
        const auto outcome = act(session->actor, begun->record.id, described.at("submit"), input);
        if (!outcome)
            return fail(outcome.error());
        if (auto ended = site_.identity.end(session->token); !ended)
            return fail(ended.error());
        return outcome->opened_account;
    }

    /// Asks for the one-time codes that the form wants and types them off the message, as the owner of the phone does:
    /// `codes`: field → {purpose, phone}.
    Result<void> answerCodes(const identity::Actor& actor, const Json& described, Json& secrets)
    {
        identity::Codes codes(*site_.tenant);
        const Json wanted = described.value("codes", Json::object()); // named: the loop refers into it
        for (const auto& [field, code] : wanted.items()) {
            const auto purpose = identity::codePurposeFrom(code.at("purpose").get<std::string>());
            if (!purpose)
                return fail(ErrorCode::invalid_argument, "codes: no such purpose for " + field);
            const std::string phone = code.at("phone");
            if (auto sent =
                    codes.send({*purpose, codes.phoneKey(phone), actor.session_id}, {"sms", phone, {}, {}});
                !sent)
                return sent;
            auto rows = site_.tenant->database->query(
                "SELECT payload FROM outbox WHERE kind = 'message' ORDER BY id DESC LIMIT 1", {});
            if (!rows || rows->empty())
                return fail(rows ? Error{ErrorCode::not_found, "no message was posted", {}} : rows.error());
            const auto payload = parseJson(rows->front().text(0));
            const auto message = payload ? openMessage(*site_.tenant->vault, *payload)
                                         : Result<QueuedMessage>(fail(payload.error()));
            if (!message)
                return fail(message.error());
            secrets[field] = message->params.at("code");
        }
        return ok();
    }

    Result<void> attachPictures(const identity::Actor& actor, const std::string& case_id,
                                const Json& described, std::int64_t& revision)
    {
        for (const auto& [field, file] : described.at("pictures").items()) {
            const fs::path path = pictures_ / file.get<std::string>();
            const auto bytes = readBytes(path);
            if (!bytes)
                return fail(bytes.error());
            const auto attached =
                site_.engine.attach(actor, case_id, field, *bytes, path.extension().string().substr(1));
            if (!attached)
                return fail(attached.error().code, field + ": " + attached.error().message,
                            attached.error().reason);
            revision = attached->revision;
        }
        return ok();
    }

    Result<cases::Outcome> act(const identity::Actor& actor, const std::string& case_id,
                               const std::string& action, const cases::Input& input)
    {
        auto outcome = site_.engine.perform(actor, case_id, action, input);
        if (outcome && !outcome->decision.allowed)
            return fail(ErrorCode::refused, action + ": " + dumpJson(toJson(outcome->decision)));
        return outcome;
    }

    /// Only while the officer is offered the action: after an approval there is nothing left to do.
    Result<void> approve(const Json& described, const std::string& account_id)
    {
        if (!described.contains("approve_with"))
            return ok();
        const auto officer = officerNamed(described.at("approve_as"));
        if (!officer)
            return fail(officer.error());
        identity::Actor candidate;
        candidate.kind = identity::ActorKind::candidate;
        candidate.id = account_id;
        const auto records = site_.engine.ofSubject(candidate);
        if (!records)
            return fail(records.error());
        const std::string action = described.at("approve_with");
        for (const cases::Record& record : *records) {
            if (record.type != described.at("case"))
                continue;
            const auto view = site_.engine.view(*officer, record.id);
            if (!view)
                return fail(view.error());
            const bool offered =
                std::any_of(view->offers.begin(), view->offers.end(),
                            [&](const cases::Offer& offer) { return offer.id == action && offer.enabled; });
            if (!offered)
                continue;
            cases::Input input;
            input.revision = view->record.revision;
            input.request_key = newId();
            if (const auto outcome = act(*officer, record.id, action, input); !outcome)
                return fail(outcome.error());
        }
        return ok();
    }

    /// The staff account that demo.json calls `as`, as it would act after a login.
    Result<identity::Actor> officerNamed(const std::string& as)
    {
        std::string user_name;
        for (const Json& each : demo_.at("staff"))
            if (each.at("as") == as)
                user_name = each.at("user_name");
        const auto all = site_.identity.staff();
        if (!all)
            return fail(all.error());
        for (const auto& row : *all)
            if (row.user_name == user_name) {
                identity::Actor actor;
                actor.kind = identity::ActorKind::staff;
                actor.id = row.id;
                actor.name = row.name;
                actor.roles = row.roles;
                actor.office_code = row.office_code;
                return actor;
            }
        return fail(ErrorCode::not_found, "no staff account " + as);
    }

    app::Site& site_;
    const Json& demo_;
    const fs::path pictures_;
};

/// With plugins: uploads are measured and cleaned as everybody's are.
Result<std::unique_ptr<app::Site>> openSite(Context& context, const std::string& id)
{
    auto tenant = context.tenant(id, Context::Mode::serve);
    if (!tenant)
        return fail(tenant.error());
    const auto passwords = context.passwords();
    if (!passwords)
        return fail(passwords.error());
    return std::make_unique<app::Site>(std::move(*tenant), **passwords);
}

Result<int> load(Context& context, const Arguments& arguments)
{
    const auto known = context.tenantConfig(arguments["TENANT"]);
    if (!known)
        return fail(known.error());
    const auto text = readBytes(fs::path((*known)->province_dir) / "demo" / "demo.json");
    if (!text)
        return fail(text.error());
    const auto demo = parseJson(*text);
    if (!demo)
        return fail(ErrorCode::corrupt, "demo/demo.json: " + demo.error().message);
    auto site = openSite(context, arguments["TENANT"]);
    if (!site)
        return fail(site.error());
    if (auto loaded = Demo(**site, *demo, arguments["--pictures"]).load(); !loaded)
        return fail(loaded.error());
    std::printf("%s: the demonstration is there\n", arguments["TENANT"].c_str());
    return kDone;
}

} // namespace

std::vector<Command> demoCommands()
{
    return {{"demo",
             "load",
             {"TENANT"},
             {{"--pictures", "DIR", "where the pictures named in demo.json lie", true}},
             "make the province's demonstration: a sitting open now, staff, candidates; dates that run out "
             "are moved on; never where real "
             "people sign up",
             load}};
}

} // namespace zikao::ctl
