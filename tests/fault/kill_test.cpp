#include "tests/fault/kill.hpp"

namespace zikao::app {
namespace {

// --- a submission ---------------------------------------------------------------------------------------------------

struct Guest
{
    Browser browser;
    std::string case_id;
    Json body; ///< of the submission, which is sent until it is answered
};

class KilledSubmission : public Kill
{
protected:
    Guest guest(int serial)
    {
        Browser browser = this->browser();
        const auto view = filledRegistration(browser, serial);
        return {browser, view.json["case"]["id"], action(view, nullptr, secrets())};
    }
    static Browser::Answer submit(Browser browser, const Guest& guest)
    {
        return browser.post("/api/cases/" + guest.case_id + "/actions/submit", guest.body);
    }
    /// Whether it was handed in; fails when it was handed in by half.
    bool isWhole(const Guest& guest, std::int64_t accounts_before)
    {
        const storage::Params id{guest.case_id};
        const std::int64_t handed_in = found("case_record WHERE id = ? AND state = 'pending'", id);
        EXPECT_EQ(found("case_record WHERE id = ? AND state = 'draft' AND is_visitor = 1", id),
                  1 - handed_in);
        EXPECT_EQ(found("case_event WHERE case_id = ?", id), handed_in);
        EXPECT_EQ(found("case_review WHERE case_id = ?", id), handed_in);
        EXPECT_EQ(found("audit_entry WHERE act = 'case.submit' AND object = ?", {"case:" + guest.case_id}),
                  handed_in);
        EXPECT_EQ(found("account"), accounts_before + handed_in);
        EXPECT_EQ(found("person"), accounts_before + handed_in);
        return handed_in == 1;
    }
    /// After the kill: the same click again ends in one submission.
    std::unique_ptr<Process> recover(const Guest& guest, bool handed_in, std::int64_t accounts_before)
    {
        auto process = zikaod();
        const auto again = submit(at(*process, guest.browser), guest);
        // The session may have become the candidate's without her browser knowing: then she logs in.
        EXPECT_TRUE(again.status == 200 || (handed_in && again.status < 500)) << again.body;
        EXPECT_TRUE(isWhole(guest, accounts_before)) << again.body;
        return process;
    }
};
INSTANTIATE_ON_BOTH_ENGINES(KilledSubmission);

TEST_P(KilledSubmission, I1_IsWhollyADraftOrWhollyHandedInAndTheSameClickEndsItOnce)
{
    const Guest inside = guest(1), outside = guest(2);
    std::vector<Guest> anywhere;
    for (int serial = 3; serial <= 5; ++serial)
        anywhere.push_back(guest(serial));
    server.reset();

    std::int64_t accounts = 0;
    std::unique_ptr<Process> running;
    for (const auto& [guest, point, handed_in] : {std::tuple{inside, "cases.perform.before_commit", false},
                                                  {outside, "cases.perform.after_commit", true}}) {
        running = nullptr; // kills the one that recovered the guest before
        auto victim = zikaod(point);
        EXPECT_EQ(submit(at(*victim, guest.browser), guest).status, 0) << "answered before it was certain";
        expectKilled(*victim, point);
        EXPECT_EQ(isWhole(guest, accounts), handed_in) << point;
        running = recover(guest, handed_in, accounts++);
    }
    // And wherever the kill happens to strike.
    auto delay = 5ms;
    for (const Guest& guest : anywhere) {
        Browser::Answer answer;
        std::thread browser([&] { answer = submit(at(*running, guest.browser), guest); });
        std::this_thread::sleep_for(delay);
        running->signal(SIGKILL);
        browser.join();
        expectKilled(*running, "no particular point");
        const bool handed_in = isWhole(guest, accounts);
        EXPECT_TRUE(handed_in || answer.status != 200) << "what was answered is not there";
        running = recover(guest, handed_in, accounts++);
        delay *= 6;
    }
}

// --- an upload ------------------------------------------------------------------------------------------------------

class KilledUpload : public Kill
{};
INSTANTIATE_ON_BOTH_ENGINES(KilledUpload);

TEST_P(KilledUpload, C45_I11_LeavesNoRowWithoutItsFileAndIsSentAgain)
{
    Browser guest = browser();
    guest.me();
    const std::string id = guest.post("/api/cases", {{"type", "registration"}}).json.at("case").at("id");
    server.reset();
    const auto send = [&](const Process& process) {
        return at(process, guest)
            .send("POST", "/lantern/api/cases/" + id + "/files?field=id_card_back",
                  "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", "application/pdf");
    };
    for (const char* point : {"files.written", "files.renamed", "files.before_row"}) {
        auto victim = zikaod(point);
        EXPECT_EQ(send(*victim).status, 0) << "answered before it was certain";
        expectKilled(*victim, point);
        EXPECT_EQ(found("file"), 0) << point;
    }
    auto again = zikaod();
    const auto answer = send(*again);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(found("file WHERE state = 'kept'"), 1);
}

// --- a payment ------------------------------------------------------------------------------------------------------

INSTANTIATE_ON_BOTH_ENGINES(KilledPayment);

TEST_P(KilledPayment, I4_IsAccountedOnceWhenTheNoticeComesAgainOrTheProviderIsAsked)
{
    const Payer asked_later = payer(1), inside = payer(2), unanswered = payer(3), asked = payer(4);
    server.reset();
    for (const auto& [payer, point, committed] : {std::tuple{asked_later, "billing.notice.stored", false},
                                                  {inside, "billing.settle.before_commit", false},
                                                  {asked, "billing.settle.after_commit", true},
                                                  {unanswered, "billing.notice.after_commit", true}}) {
        auto victim = zikaod(point);
        const std::string attempt = paid(*victim, payer);
        EXPECT_EQ(payer.order_no == asked.order_no
                      ? at(*victim, payer.browser).post("/api/orders/" + payer.order_no + "/refresh").status
                      : notify(*victim, attempt).status,
                  0)
            << "acknowledged before it was certain";
        expectKilled(*victim, point);
        EXPECT_EQ(booked(payer), committed ? 1 : 0) << point;

        auto again = zikaod();
        if (payer.order_no != asked_later.order_no) {
            const auto reply = notify(*again, attempt);
            EXPECT_EQ(reply.status, 200);
            EXPECT_EQ(reply.body, "success");
        }
        expectAccountedOnce(payer);
    }
}

} // namespace
} // namespace zikao::app
