#pragma once

#include <map>
#include <set>

#include "kernel/exams/ledger.hpp"

namespace zikao::exams {

/// Makes one ledger, step by step; lives as long as `settle` runs.
class Settling
{
public:
    explicit Settling(const LedgerInput& input);
    Ledger run();

private:
    void countPasses();
    void fillFromOwnPasses();
    void applyTreatments();
    void applyAutomaticRules();
    void judgeGroups();
    void sumUp();

    /// Notes a treatment's fault, or fills its line. @return whether it holds
    bool apply(const Treatment& treatment);
    bool waive(Line& line, const Treatment& treatment);
    bool substitute(Line& line, const Treatment& treatment);
    bool holds(const Treatment& treatment, const std::vector<const catalog::Substitution*>& rows);
    bool fault(const Treatment& treatment, const std::string& code, Json args = Json::object());
    /// Tries to give an unused pass to a line, moving earlier automatic gifts where that helps.
    bool give(std::size_t line, std::set<std::string>& tried);

    [[nodiscard]] std::vector<const catalog::Substitution*> rowsFor(const std::string& course,
                                                                    const std::string& rule_id) const;
    [[nodiscard]] bool inForce(const catalog::Substitution& row) const;
    [[nodiscard]] bool isFree(const std::string& course, const std::string& shared_rule) const;
    [[nodiscard]] bool hasPassed(const std::string& course) const { return best_.contains(course); }
    [[nodiscard]] int creditsOf(const std::string& course) const;
    [[nodiscard]] Line* lineOf(const std::string& course);
    [[nodiscard]] bool isDone(const std::string& course) const;
    [[nodiscard]] std::vector<Way> waysFor(const Line& line) const;
    void addSubstitutionWays(const Line& line, std::vector<Way>& ways) const;

    const LedgerInput& in_;
    Ledger out_;
    std::map<std::string, const PassRecord*> best_; ///< passes that count, by course
    std::set<std::string> unfiled_;                 ///< courses with a pass that no office has filed
    std::map<std::string, std::string> used_; ///< course whose pass fills something → shared rule, or empty
    std::map<std::string, std::size_t> given_; ///< automatic: course whose pass it is → line
};

} // namespace zikao::exams
