#pragma once

#include <functional>
#include <map>
#include <mutex>

#include "tests/support/procedures.hpp"
#include "tests/support/snapshot.hpp"

namespace zikao::test {

/// The real rule workers, with a note of the facts that each rule was given.
class WatchedEvaluator : public rules::Evaluator
{
public:
    explicit WatchedEvaluator(rules::Evaluator& real) : real_(real) {}
    rules::Compiled compile(const rules::Source& source) override { return real_.compile(source); }
    Result<std::vector<rules::Evaluation>> run(const rules::Package& package,
                                               const std::vector<rules::Call>& calls) override;

    /// The facts of the rule's last call. @throws std::out_of_range: it was not called
    Json lastFacts(const std::string& rule);
    /// Runs while the rule is being judged: what happens between reading a case and acting on it.
    std::function<void()> meanwhile;

private:
    rules::Evaluator& real_;
    std::mutex mutex_;
    std::map<std::string, Json> seen_;
};

/// A person of the invented province; her guest session becomes hers with the first submission.
struct Person
{
    identity::Session session;
    std::string registration; ///< case id
    [[nodiscard]] const identity::Actor& actor() const { return session.actor; }
};

class WatchedProcedures
{
protected:
    WatchedEvaluator evaluator;
    WatchedProcedures();
};

/// The case engine on the invented province: its rules, two prefectures, two host schools, and a sitting whose
/// sign-up is open from 1 to 21 April 2026 and paid until the 22nd. It is the 11th, 9 o'clock.
class Stage : protected WatchedProcedures, public Procedures
{
protected:
    Stage();

    // --- how far they are ---------------------------------------------------------------------------------------
    /// Has a registration with its pictures; nothing is typed.
    Person begun();
    /// Has handed in the registration to 东灯 (9001) unless told otherwise.
    Person registered(int number = 1, const std::string& prefecture = "9001");
    Person passed(int number = 1, const std::string& prefecture = "9001");
    /// A sign-up that nothing was typed into. @return the case id
    std::string choosing(const Person& person);
    std::string signedUp(const Person& person);
    std::string ordered(const Person& person);
    /// Applications for the mastership: waits for the city; for the host school and the province.
    std::string applied(const Person& person);
    std::string forwarded(const Person& person);

    // --- what they send -----------------------------------------------------------------------------------------
    static Json fields(int number = 1, const std::string& prefecture = "9001");
    static std::string picture();
    static Json secrets() { return {{"password", "deng2026Ren"}, {"password_again", "deng2026Ren"}}; }
    static Json choice();
    static Json application();

    // --- what they do -------------------------------------------------------------------------------------------
    std::string begin(const Person& person, const std::string& type);
    /// As `act`; the test ends when it is refused.
    void mustDo(const identity::Actor& actor, const std::string& case_id, const std::string& action,
                const Sent& sent = {});
    std::string state(const std::string& case_id);
    /// Id of the file that lies in a field of the registration; empty: none. Fails when there are two.
    std::string fileOf(const Person& person, const std::string& field);
    Snapshot everything() { return snapshot(*tenant->database); }
    std::int64_t count(const std::string& from);

    const identity::Actor east = officer("东灯审核员", "9001");
    const identity::Actor west = officer("西灯审核员", "9002");
    const identity::Actor school = officer("灯笼大学", "95001", {identity::Role::host_school});
    const identity::Actor province = officer("省级审核员", "90", {identity::Role::province_office});
};

} // namespace zikao::test
