#include "tests/provinces/xinjiang/journey.hpp"

#include "tests/kernel/rules/support.hpp"

namespace zikao::test {

namespace {

const std::string kProvince = ZIKAO_SOURCE_DIR "/provinces/xinjiang";

/// `changed` laid over `all`; null changes nothing.
Json laidOver(Json all, const Json& changed)
{
    if (!changed.is_null())
        all.update(changed);
    return all;
}

exams::Sitting manualsSitting()
{
    const auto at = [](unsigned month, unsigned day, std::chrono::seconds time) {
        return beijingInstant(Date{2021, month, day}, time);
    };
    const auto slot = [&](int no, unsigned day, std::chrono::seconds starts,
                          std::vector<std::string> courses) {
        return exams::Slot{no, at(4, day, starts), at(4, day, starts + 150min), std::move(courses)};
    };
    exams::Sitting sitting;
    sitting.code = "211";
    sitting.name = "2021年4月自学考试";
    sitting.signup_opens = at(3, 8, 9h);
    sitting.signup_closes = at(3, 16, 18h);
    sitting.pay_until = at(3, 17, 18h);
    sitting.state = "published";
    sitting.slots = {slot(1, 10, 9h, {"00024", "13203", "13125"}),
                     slot(2, 10, 14h + 30min, {"00018", "03201"}), slot(3, 11, 9h, {"00031", "13204"}),
                     slot(4, 11, 14h + 30min, {"00144", "13206"})};
    return sitting;
}

} // namespace

Journey::Journey()
    : Procedures(beijingInstant(Date{2021, 3, 10}, 9h), kProvince, rules::testing_support::evaluator())
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
            {"sex", "2"},
            {"ethnicity", "01"},
            {"birth_date", "1999-05-12"},
            {"political_status", "01"},
            {"hukou_type", "2"},
            {"education_level", "3"},
            {"occupation", "01"},
            {"phone", phone},
            {"email", "candidate@example.com"},
            {"prefecture", "650100"},
            {"special_majors", Json::array()},
            {"declaration", true}};
}

Json Journey::secrets(const std::string& password, const std::string& again)
{
    return {{"password", password}, {"password_again", again}};
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
    return {{"prefecture", "650100"},
            {"county", "650102"},
            {"major", "530601"},
            {"courses", courses({{1, "00024"}, {2, "00018"}, {3, "00031"}, {4, "00144"}})},
            {"declaration", true}};
}

// --- how far they are -----------------------------------------------------------------------------------------------

Candidate Journey::begun()
{
    Candidate candidate;
    auto session = identity.beginGuest();
    need(session, "guest session");
    candidate.session = *session;
    auto opened = engine.begin(candidate.actor(), "registration", "");
    need(opened, "registration");
    candidate.registration = opened->record.id;
    for (const char* field : {"portrait", "id_card_front", "id_card_back"})
        attach(candidate, field, picture());
    return candidate;
}

Candidate Journey::registered(const Json& changed, int number)
{
    Candidate candidate = begun();
    const Json fields = laidOver(person(number), changed);
    for (const Json& major : fields["special_majors"])
        attach(candidate, "papers_" + major.get<std::string>(), picture());
    const auto done = act(candidate.actor(), candidate.registration, "submit", {fields, secrets()});
    need(done, "submitting");
    EXPECT_TRUE(done->decision.allowed) << toJson(done->decision).dump();
    const auto risen = identity.promote(candidate.session.token, done->opened_account);
    need(risen, "opened account");
    candidate.session = *risen;
    return candidate;
}

Candidate Journey::passed(const Json& changed, int number)
{
    Candidate candidate = registered(changed, number);
    review(candidate, "pass");
    return candidate;
}

Candidate Journey::choosing(Candidate candidate)
{
    auto opened = engine.begin(candidate.actor(), "sign_up", "");
    need(opened, "sign-up");
    candidate.sign_up = opened->record.id;
    return candidate;
}

Candidate Journey::signedUp(const Json& choice)
{
    Candidate candidate = choosing(passed());
    EXPECT_THAT(signUpRefused(candidate, choice), testing::ElementsAre("<done>"));
    return candidate;
}

Candidate Journey::ordered()
{
    Candidate candidate = signedUp();
    EXPECT_THAT(refusals(candidate.actor(), candidate.sign_up, "pay", {}), testing::ElementsAre("<done>"));
    return candidate;
}

Candidate Journey::paid()
{
    Candidate candidate = ordered();
    const std::string code = codes(candidate, "first").at("alipay").no;
    EXPECT_TRUE(alipay().pay(code));
    EXPECT_EQ(billing.notice("alipay", alipay().paymentNotice(code))->status, 200);
    deliver();
    return candidate;
}

// --- what they do ---------------------------------------------------------------------------------------------------

void Journey::attach(const Candidate& candidate, const std::string& field, const std::string& bytes)
{
    EXPECT_EQ(attachRefused(candidate, field, bytes), "") << field;
}

std::string Journey::attachRefused(const Candidate& candidate, const std::string& field,
                                   const std::string& bytes, const std::string& declared)
{
    const auto taken = engine.attach(candidate.actor(), candidate.registration, field, bytes, declared);
    return taken ? "" : taken.error().reason;
}

std::vector<std::string> Journey::submitRefused(const Candidate& candidate, const Json& changed)
{
    return refusals(candidate.actor(), candidate.registration, "submit",
                    {laidOver(person(), changed), secrets()});
}

std::vector<std::string> Journey::signUpRefused(const Candidate& candidate, const Json& choice)
{
    return refusals(candidate.actor(), candidate.sign_up, "submit", {choice});
}

void Journey::review(const Candidate& candidate, const std::string& action, const std::string& reason)
{
    EXPECT_THAT(refusals(urumqi, candidate.registration, action, {nullptr, nullptr, reason}),
                testing::ElementsAre("<done>"));
}

// --- what is seen ---------------------------------------------------------------------------------------------------

std::string Journey::shownState(const cases::View& view)
{
    return view.definition->states.at(view.record.state).title;
}

exams::SignUp Journey::storedSignUp(const Candidate& candidate)
{
    return exams.ofCase(candidate.sign_up).value().value();
}

billing::Order Journey::order(const Candidate& candidate)
{
    return billing.newestOrderOfCase(candidate.sign_up).value().value();
}

std::map<std::string, billing::Attempt> Journey::codes(const Candidate& candidate,
                                                       const std::string& operation)
{
    const auto made = billing.newCodes(order(candidate).no, order(candidate).no + operation);
    need(made, "codes");
    std::map<std::string, billing::Attempt> by_channel;
    for (const billing::Attempt& attempt : *made)
        by_channel[attempt.channel] = attempt;
    return by_channel;
}

std::string Journey::newestMessage(const Candidate& candidate)
{
    const auto box = notify.box(candidate.actor().id);
    need(box, "message box");
    return box->empty() ? "" : box->front().text;
}

} // namespace zikao::test
