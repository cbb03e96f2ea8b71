#include "tests/support/procedures.hpp"

#include <fstream>
#include <sstream>

namespace zikao::test {

std::string madeUpNumber(int number)
{
    char body[18];
    std::snprintf(body, sizeof body, "99010119990512%03d", number * 2);
    for (const char last : std::string("0123456789X"))
        if (const auto fits = identity::IdNumber::parse(std::string(body) + last); fits)
            return fits->whole();
    throw std::logic_error("no check digit fits");
}

Procedures::Procedures(Instant from, const std::string& province_dir, rules::Evaluator& evaluator)
    : tenant(openTenant(from, province_dir, evaluator)),
      identity(*tenant, passwords),
      catalog(*tenant),
      files(*tenant),
      exams(*tenant),
      billing(*tenant),
      degrees(*tenant, identity),
      notify(*tenant),
      services{*tenant, identity, passwords, catalog, files, exams, billing, notify, degrees},
      engine(services),
      news_(*tenant->database, clock)
{
    const auto toCase = [this](const char* action) {
        return [this, action](const std::string& id, const Json& news) {
            return engine.systemAction(news.at("case_id"), action, id);
        };
    };
    news_.on("order_paid", toCase("paid"));
    news_.on("order_expired", toCase("order_expired"));
    news_.on("case_deadline", [this](const std::string& id, const Json& news) {
        return engine.systemAction(news.at("case_id"), news.at("action"), id);
    });
    news_.on("case_reminder", [this](const std::string& id, const Json& news) {
        return engine.remind(news.at("case_id"), {news.at("action"), {news.at("due_ms")}},
                             news.at("template"), id);
    });
}

std::unique_ptr<tenant::Tenant> Procedures::openTenant(Instant from, const std::string& province_dir,
                                                       rules::Evaluator& evaluator)
{
    clock.set(from);
    auto opened = makeTenant(db, evaluator, province_dir);
    auto overtaken = std::make_unique<OvertakenDatabase>(std::move(opened->database));
    questions = overtaken.get();
    opened->database = std::move(overtaken);
    opened->rules = std::make_unique<rules::Registry>(*opened->database, opened->evaluator, clock);
    opened->degrees = std::make_unique<FixedPlugin<api::DegreeChecker>>(degree_checker);
    opened->images = std::make_unique<FixedPlugin<api::ImageInspector>>(inspector);
    return opened;
}

void Procedures::addChannel(const std::string& id, const std::string& label)
{
    auto& provider = providers_[id] = std::make_unique<FakePaymentProvider>(id, clock);
    tenant->payments.push_back({id, label, std::make_unique<FixedPlugin<api::PaymentProvider>>(*provider)});
}

void Procedures::layInProvince(const std::string& province_dir)
{
    for (const tenant::ChannelBinding& channel : tenant->profile.payment_channels)
        addChannel(channel.id, channel.label);
    for (const std::string& kind : catalog::importKinds()) {
        std::ifstream file(province_dir + "/data/" + kind + ".csv", std::ios::binary);
        std::stringstream content;
        if (file && content << file.rdbuf())
            need(catalog.import(kind, content.str()), kind);
    }
    const std::string rules = ZIKAO_SOURCE_DIR "/lua-rules/";
    const auto source = rules::Source::read(rules + tenant->profile.id, rules + "common");
    need(source, "rule package");
    publish(*source);
}

void Procedures::publish(const rules::Source& source)
{
    const auto check = [](const rules::Package& package) { return cases::checkDefinitions(package); };
    const auto done = tenant->rules->publish(
        source, "test", check, [](storage::Transaction&, const rules::Package&) { return ok(); });
    need(done, "publishing");
    for (const rules::Fault& fault : done->faults)
        ADD_FAILURE() << fault.file << ":" << fault.line << " " << fault.path << " " << fault.message;
    for (const rules::ExampleOutcome& example : done->failed_examples)
        ADD_FAILURE() << example.file << ": " << example.name << ": " << example.difference;
}

void Procedures::saveSitting(const exams::Sitting& wanted)
{
    sitting = wanted;
    need(tenant->database->transaction([&](storage::Transaction& tx) { return exams.save(tx, sitting); }),
         "sitting");
}

identity::Actor Procedures::officer(const std::string& name, const std::string& office,
                                    std::set<identity::Role> roles)
{
    return {identity::ActorKind::staff, "staff-" + office, name, std::move(roles), office, {}, {}};
}

// --- what people do -------------------------------------------------------------------------------------------------

cases::Input Procedures::input(const identity::Actor& actor, const std::string& case_id, const Sent& sent)
{
    cases::Input input;
    input.revision = view(actor, case_id).record.revision;
    input.request_key = "request-" + std::to_string(++requests_);
    input.fields = sent.fields;
    input.secrets = sent.secrets;
    input.reason = sent.reason;
    return input;
}

Result<cases::Outcome> Procedures::act(const identity::Actor& actor, const std::string& case_id,
                                       const std::string& action, const Sent& sent)
{
    if (const auto seen = engine.view(actor, case_id); !seen)
        return fail(seen.error());
    return engine.perform(actor, case_id, action, input(actor, case_id, sent));
}

std::vector<std::string> Procedures::said(const Result<cases::Outcome>& done)
{
    if (!done)
        return {done.error().reason.empty() ? name(done.error().code) : done.error().reason};
    if (done->decision.allowed)
        return {"<done>"};
    std::vector<std::string> reasons;
    for (const Reason& reason : done->decision.reasons)
        reasons.push_back(reason.field.empty() ? reason.code : reason.code + "@" + reason.field);
    return reasons;
}

// --- what is seen ---------------------------------------------------------------------------------------------------

cases::View Procedures::view(const identity::Actor& actor, const std::string& case_id)
{
    auto seen = engine.view(actor, case_id);
    need(seen, "view");
    return *seen;
}

std::vector<std::string> Procedures::reasonsNotToBegin(const identity::Actor& actor, const std::string& type)
{
    const auto decision = engine.mayBegin(actor, type, "");
    need(decision, "mayBegin");
    std::vector<std::string> codes;
    for (const Reason& reason : decision->reasons)
        codes.push_back(reason.code);
    EXPECT_EQ(decision->allowed, codes.empty());
    return codes;
}

std::vector<std::string> Procedures::queueOf(const identity::Actor& officer)
{
    const auto queue = engine.queue(officer, {});
    need(queue, "queue");
    std::vector<std::string> ids;
    for (const cases::QueueRow& row : queue->rows)
        ids.push_back(row.record.id);
    EXPECT_EQ(queue->total, static_cast<std::int64_t>(ids.size()));
    return ids;
}

// --- time and news --------------------------------------------------------------------------------------------------

void Procedures::deliver()
{
    need(billing.tick(), "tick");
    for (int delivered = 1; delivered > 0;) {
        const auto round = news_.deliverDue();
        need(round, "news");
        delivered = *round;
    }
}

void Procedures::pass(std::chrono::seconds span)
{
    for (std::chrono::seconds gone{}; gone < span; gone += 5s) {
        clock.advance(5s);
        deliver();
    }
}

} // namespace zikao::test
