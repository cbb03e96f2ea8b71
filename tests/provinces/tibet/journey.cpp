#include "tests/provinces/tibet/journey.hpp"

#include "kernel/base/queued_message.hpp"
#include "kernel/identity/people_on_file.hpp"
#include "tests/kernel/rules/support.hpp"
#include "tests/support/snapshot.hpp"

namespace zikao::test::tibet {

namespace {

const std::string kProvince = ZIKAO_SOURCE_DIR "/provinces/tibet";

exams::Sitting manualsSitting()
{
    const auto at = [](unsigned month, unsigned day, std::chrono::seconds time) {
        return beijingInstant(Date{2023, month, day}, time);
    };
    const auto slot = [&](int no, unsigned day, std::chrono::seconds starts,
                          std::vector<std::string> courses) {
        return exams::Slot{no, at(10, day, starts), at(10, day, starts + 150min), std::move(courses)};
    };
    exams::Sitting sitting;
    sitting.code = "232";
    sitting.name = "2023年10月自考";
    sitting.signup_opens = at(9, 15, 9h);
    sitting.signup_closes = at(9, 21, 0h);
    sitting.pay_until = at(9, 21, 0h);
    sitting.state = "published";
    sitting.slots = {slot(1, 28, 9h, {"00018", "00040", "13125"}),
                     slot(2, 28, 14h + 30min, {"00107", "00312"}), slot(3, 29, 9h, {"04729", "00277"}),
                     slot(4, 29, 14h + 30min, {"00012", "00341"})};
    return sitting;
}

} // namespace

Journey::Journey()
    : Procedures(beijingInstant(Date{2023, 9, 17}, 9h), kProvince, rules::testing_support::evaluator())
{
    layInProvince(kProvince);
    saveSitting(manualsSitting());
}

// --- what people send -----------------------------------------------------------------------------------------------

Json Journey::person(int number)
{
    char phone[12];
    std::snprintf(phone, sizeof phone, "139%08d", number);
    return {{"name", "测试考生"},
            {"id_number", madeUpNumber(number)},
            {"birth_date", "1999-05-12"},
            {"hukou_type", "1"},
            {"occupation", "01"},
            {"in_school", "0"},
            {"education_level", "3"},
            {"address", "拉萨市城关区示例路1号"},
            {"sex", "2"},
            {"ethnicity", "01"},
            {"political_status", "01"},
            {"graduated_on", "2018-07-01"},
            {"workplace", "XZDX"},
            {"phone", phone},
            {"candidate_type", "1"},
            {"exam_district", "0100"},
            {"major", "030301"}};
}

std::string Journey::jpgOf(std::size_t size_bytes, int width, int height)
{
    std::string picture = files::jpg(static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height));
    // Comments fill it up: a segment holds at most 65533 bytes beside its length.
    while (picture.size() < size_bytes) {
        const std::size_t missing = size_bytes - picture.size();
        const std::size_t data = missing > 60'004 ? 60'000 : missing - 4;
        picture.insert(2, files::jpgSegment(0xFE, std::string(data, 'a')));
    }
    return picture;
}

Json Journey::courses(const std::vector<std::pair<int, std::string>>& chosen)
{
    Json list = Json::array();
    for (const auto& [slot_no, code] : chosen)
        list.push_back({{"slot_no", slot_no}, {"code", code}});
    return list;
}

Json Journey::choice()
{
    return {{"major", "030301"},
            {"courses", courses({{1, "00018"}, {2, "00107"}, {3, "04729"}, {4, "00012"}})}};
}

Json Journey::without(Json all, const std::string& field)
{
    all[field] = nullptr;
    return all;
}

// --- codes by SMS ---------------------------------------------------------------------------------------------------

std::string Journey::codeFor(const identity::Actor& actor, const std::string& phone,
                             identity::CodePurpose purpose)
{
    const auto sent = codes.send({purpose, codes.phoneKey(phone), actor.session_id}, {"sms", phone, {}, {}});
    return sent ? postedCode(phone) : sent.error().reason;
}

std::string Journey::postedCode(const std::string& phone)
{
    std::string code;
    for (const auto& row :
         rowsOf(*tenant->database, "SELECT payload FROM outbox WHERE kind = 'message' ORDER BY id")) {
        const auto message = openMessage(*tenant->vault, parseJson(row.text(0)).value());
        if (message && message->recipient == phone && message->params.contains("code"))
            code = message->params.at("code");
    }
    return code;
}

std::vector<std::string> Journey::textsTo(const std::string& phone)
{
    std::vector<std::string> keys;
    for (const auto& row :
         rowsOf(*tenant->database, "SELECT payload FROM outbox WHERE kind = 'message' ORDER BY id")) {
        const auto message = openMessage(*tenant->vault, parseJson(row.text(0)).value());
        if (message && message->recipient == phone && !message->params.contains("code"))
            keys.push_back(message->template_key);
    }
    return keys;
}

Json Journey::secrets(const identity::Actor& actor, const std::string& phone, const std::string& password)
{
    return {{"password", password}, {"phone_code", codeFor(actor, phone)}};
}

// --- how far they are -----------------------------------------------------------------------------------------------

Candidate Journey::guest()
{
    Candidate candidate;
    auto session = identity.beginGuest();
    need(session, "guest session");
    candidate.session = *session;
    return candidate;
}

Candidate Journey::begun()
{
    Candidate candidate = guest();
    auto opened = engine.begin(candidate.actor(), "registration", "", true);
    need(opened, "registration");
    candidate.registration = opened->record.id;
    attach(candidate, candidate.registration, "id_card_front", card());
    attach(candidate, candidate.registration, "id_card_back", card());
    attach(candidate, candidate.registration, "portrait", portrait());
    return candidate;
}

Candidate Journey::registered(int number, const Json& changed)
{
    Candidate candidate = begun();
    Json fields = person(number);
    fields.update(changed);
    const bool reviewed = tenant->profile.raw["settings"].value("review_registration", false);
    const auto done = act(candidate.actor(), candidate.registration, reviewed ? "submit" : "register",
                          {fields, secrets(candidate.actor(), fields["phone"])});
    need(done, "registering");
    EXPECT_TRUE(done->decision.allowed) << toJson(done->decision).dump();
    const auto risen = identity.promote(candidate.session.token, done->opened_account);
    need(risen, "opened account");
    candidate.session = *risen;
    return candidate;
}

void Journey::onFile(int number, const std::map<std::string, std::string>& more)
{
    char admission[13];
    std::snprintf(admission, sizeof admission, "0100162%05d", number);
    identity::Person person;
    person.name = "测试考生";
    person.id_number = madeUpNumber(number);
    person.sex = "2";
    person.ethnicity = "01";
    person.admission_number = admission;
    person.more = more;
    const auto imported = identity::PeopleOnFile(*tenant).import({person});
    need(imported, "people on file");
    EXPECT_EQ(imported->added, 1);
}

Candidate Journey::completing()
{
    Candidate candidate = guest();
    auto opened = engine.begin(candidate.actor(), "completion", "", true);
    need(opened, "completion");
    candidate.completion = opened->record.id;
    attach(candidate, candidate.completion, "id_card_front", card());
    attach(candidate, candidate.completion, "id_card_back", card());
    return candidate;
}

Candidate Journey::completed(int number)
{
    onFile(number);
    Candidate candidate = completing();
    const std::string phone = phoneOf(number);
    const auto done =
        act(candidate.actor(), candidate.completion, "complete",
            {{{"name", "测试考生"}, {"id_number", numberOf(number)}, {"phone", phone}},
             {{"password", "kaosheng2026"},
              {"password_again", "kaosheng2026"},
              {"phone_code", codeFor(candidate.actor(), phone, identity::CodePurpose::claim)}}});
    need(done, "completing");
    EXPECT_TRUE(done->decision.allowed) << toJson(done->decision).dump();
    const auto risen = identity.promote(candidate.session.token, done->opened_account);
    need(risen, "claimed account");
    candidate.session = *risen;
    return candidate;
}

Candidate Journey::choosing(Candidate candidate)
{
    auto opened = engine.begin(candidate.actor(), "sign_up", "", true);
    need(opened, "sign-up");
    candidate.sign_up = opened->record.id;
    return candidate;
}

Candidate Journey::signedUp(int number, const Json& choice)
{
    Candidate candidate = choosing(registered(number));
    EXPECT_THAT(did(candidate, candidate.sign_up, "submit", {choice}), testing::ElementsAre("<done>"));
    return candidate;
}

Candidate Journey::ordered(int number)
{
    Candidate candidate = signedUp(number);
    EXPECT_THAT(did(candidate, candidate.sign_up, "pay"), testing::ElementsAre("<done>"));
    return candidate;
}

Candidate Journey::paid(int number)
{
    Candidate candidate = ordered(number);
    EXPECT_TRUE(bank().pay(code(candidate).no));
    noticeOf(candidate);
    return candidate;
}

// --- what they do ---------------------------------------------------------------------------------------------------

void Journey::attach(const Candidate& candidate, const std::string& case_id, const std::string& field,
                     const std::string& bytes)
{
    EXPECT_EQ(attachRefused(candidate, case_id, field, bytes), "") << field;
}

std::string Journey::attachRefused(const Candidate& candidate, const std::string& case_id,
                                   const std::string& field, const std::string& bytes)
{
    const auto taken = engine.attach(candidate.actor(), case_id, field, bytes, "");
    if (!taken)
        return taken.error().reason;
    return taken->refused.empty() ? "" : taken->refused.front().code;
}

std::vector<std::string> Journey::registerRefused(const Candidate& visitor, const Json& changed, int number)
{
    Json fields = person(number);
    if (!changed.is_null())
        fields.update(changed);
    clock.advance(61s); // another code may be asked for
    const std::string phone = fields["phone"].is_string() ? fields["phone"] : Json(phoneOf(number));
    return did(visitor, visitor.registration, "register", {fields, secrets(visitor.actor(), phone)});
}

std::vector<std::string> Journey::completeRefused(const Candidate& visitor, const Json& fields,
                                                  const Json& secrets)
{
    return did(visitor, visitor.completion, "complete", {fields, secrets});
}

void Journey::noticeOf(const Candidate& candidate)
{
    EXPECT_EQ(billing.notice("ccb", bank().paymentNotice(code(candidate).no))->status, 200);
    deliver();
}

// --- what is seen ---------------------------------------------------------------------------------------------------

std::string Journey::shownState(const Candidate& candidate, const std::string& case_id)
{
    const cases::View seen = view(candidate.actor(), case_id);
    return seen.definition->states.at(seen.record.state).title;
}

std::string Journey::saidOfState(const Candidate& candidate, const std::string& case_id)
{
    const cases::View seen = view(candidate.actor(), case_id);
    const std::string& key = seen.definition->states.at(seen.record.state).waits_for;
    return seen.package->texts.value(key, std::string());
}

std::vector<std::string> Journey::offered(const identity::Actor& actor, const std::string& case_id)
{
    std::vector<std::string> actions;
    for (const cases::Offer& offer : view(actor, case_id).offers)
        actions.push_back(offer.id);
    return actions;
}

billing::Attempt Journey::code(const Candidate& candidate, const std::string& operation)
{
    const auto made = billing.newCodes(order(candidate).no, order(candidate).no + operation);
    need(made, "codes");
    EXPECT_EQ(made->size(), 1u) << "one code for WeChat and the bank's app alike";
    return made->front();
}

std::string Journey::newestMessage(const Candidate& candidate)
{
    const auto box = notify.box(candidate.actor().id);
    need(box, "message box");
    return box->empty() ? "" : box->front().text;
}

std::string Journey::trailOf(const std::string& act)
{
    std::string all;
    for (const auto& row :
         rowsOf(*tenant->database, "SELECT detail FROM audit_entry WHERE act = '" + act + "'"))
        all += row.text(0) + "\n";
    return all;
}

} // namespace zikao::test::tibet
