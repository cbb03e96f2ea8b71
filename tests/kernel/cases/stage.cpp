#include "tests/kernel/cases/stage.hpp"

#include "tests/kernel/cases/lantern.hpp"
#include "tests/kernel/cases/lantern_catalog.hpp"
#include "tests/kernel/files/pictures.hpp"

namespace zikao::test {

namespace {

exams::Sitting lanternSitting()
{
    const auto day = [](unsigned month, unsigned day_of_month) {
        return beijingInstant(Date{2026, month, day_of_month});
    };
    exams::Sitting sitting{"261", "2026年4月灯考", day(4, 1), day(4, 21), day(4, 22), {}, "published"};
    sitting.slots = {{1, day(5, 11) + 9h, day(5, 11) + 11h, {"00001", "00003"}},
                     {2, day(5, 12) + 9h, day(5, 12) + 11h, {"00002"}}};
    return sitting;
}

/// A made-up man's number (area 990101 does not exist), born on 7 March 1990.
std::string idNumber(int number)
{
    char body[18];
    std::snprintf(body, sizeof body, "99010119900307%03d", number * 2 - 1);
    for (const char last : std::string("0123456789X"))
        if (const auto fits = identity::IdNumber::parse(std::string(body) + last); fits)
            return fits->whole();
    throw std::logic_error("no check digit fits");
}

} // namespace

// --- the watched evaluator ------------------------------------------------------------------------------------------

Result<std::vector<rules::Evaluation>> WatchedEvaluator::run(const rules::Package& package,
                                                             const std::vector<rules::Call>& calls)
{
    {
        std::lock_guard lock(mutex_);
        for (const rules::Call& call : calls)
            seen_[call.rule()] = Json::parse(call.facts());
    }
    auto answers = real_.run(package, calls);
    if (const auto act = std::exchange(meanwhile, nullptr))
        act();
    return answers;
}

Json WatchedEvaluator::lastFacts(const std::string& rule)
{
    std::lock_guard lock(mutex_);
    return seen_.at(rule);
}

WatchedProcedures::WatchedProcedures() : evaluator(rules::testing_support::evaluator()) {}

// --- the stage ------------------------------------------------------------------------------------------------------

Stage::Stage()
    : Procedures(beijingInstant(Date{2026, 4, 11}, 9h), ZIKAO_SOURCE_DIR "/tests/fixtures/provinces/lantern",
                 evaluator)
{
    addChannel("lamp_pay", "灯付");
    cases::fillCatalog(catalog);
    publish(cases::lanternSource());
    saveSitting(lanternSitting());
}

std::string Stage::picture()
{
    return files::jpg(295, 413);
}

Json Stage::fields(int number, const std::string& prefecture)
{
    char phone[12];
    std::snprintf(phone, sizeof phone, "138%08d", number);
    return {{"reading_rules", true},
            {"name", "灯芯人"},
            {"id_number", idNumber(number)},
            {"sex", "1"},
            {"ethnicity", "01"},
            {"birth_date", "1990-03-07"},
            {"phone", phone},
            {"prefecture", prefecture},
            {"county", prefecture + "01"},
            {"declaration", true}};
}

Json Stage::choice()
{
    return {{"prefecture", "9001"},
            {"county", "900101"},
            {"major", "L01"},
            {"courses", {{{"slot_no", 1}, {"code", "00001"}}, {{"slot_no", 2}, {"code", "00002"}}}},
            {"declaration", true}};
}

Json Stage::application()
{
    return {{"prefecture", "9001"}, {"major", "L01"}, {"statement", "学灯三年，已能独立制灯。"}};
}

Person Stage::begun()
{
    Person person;
    auto session = identity.beginGuest();
    need(session, "guest session");
    person.session = *session;
    person.registration = begin(person, "registration");
    for (const char* field : {"portrait", "id_card_front"})
        need(engine.attach(person.actor(), person.registration, field, picture(), ""), field);
    return person;
}

Person Stage::registered(int number, const std::string& prefecture)
{
    Person person = begun();
    const auto done =
        act(person.actor(), person.registration, "submit", {fields(number, prefecture), secrets()});
    need(done, "submitting");
    EXPECT_TRUE(done->decision.allowed) << toJson(done->decision).dump();
    const auto risen = identity.promote(person.session.token, done->opened_account);
    need(risen, "opened account");
    person.session = *risen;
    return person;
}

Person Stage::passed(int number, const std::string& prefecture)
{
    Person person = registered(number, prefecture);
    mustDo(prefecture == "9001" ? east : west, person.registration, "pass");
    return person;
}

std::string Stage::choosing(const Person& person)
{
    return begin(person, "sign_up");
}

std::string Stage::signedUp(const Person& person)
{
    const std::string id = choosing(person);
    mustDo(person.actor(), id, "submit", {choice()});
    return id;
}

std::string Stage::ordered(const Person& person)
{
    const std::string id = signedUp(person);
    mustDo(person.actor(), id, "pay");
    return id;
}

std::string Stage::applied(const Person& person)
{
    const std::string id = begin(person, "mastership");
    mustDo(person.actor(), id, "apply", {application()});
    return id;
}

std::string Stage::forwarded(const Person& person)
{
    const std::string id = applied(person);
    mustDo(east, id, "forward");
    return id;
}

std::string Stage::begin(const Person& person, const std::string& type)
{
    auto opened = engine.begin(person.actor(), type, "");
    need(opened, type);
    return opened->record.id;
}

void Stage::mustDo(const identity::Actor& actor, const std::string& case_id, const std::string& action,
                   const Sent& sent)
{
    const auto done = refusals(actor, case_id, action, sent);
    if (done != std::vector<std::string>{"<done>"})
        throw std::runtime_error(action + ": " + testing::PrintToString(done));
}

std::string Stage::state(const std::string& case_id)
{
    const auto seen = engine.view(identity::Actor::system("test"), case_id);
    return seen ? seen->record.state : seen.error().message;
}

std::string Stage::fileOf(const Person& person, const std::string& field)
{
    std::string id;
    const auto kept = files.ofCase(person.registration);
    for (const files::File& file : *kept)
        if (file.field == field) {
            EXPECT_EQ(id, "") << "two files in " << field;
            id = file.id;
        }
    return id;
}

std::int64_t Stage::count(const std::string& from)
{
    return rowsOf(*tenant->database, "SELECT COUNT(*) FROM " + from).front().integer(0);
}

} // namespace zikao::test
