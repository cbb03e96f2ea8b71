#include "kernel/exams/settling.hpp"

#include <algorithm>

namespace zikao::exams {

using catalog::Substitution;

namespace {

void fill(Line& line, Standing standing, const std::string& rule_id, std::vector<std::string> with)
{
    line.standing = standing;
    line.credits = line.course.credits.value_or(0);
    line.rule_id = rule_id;
    line.with = std::move(with);
}

bool isDone(const Line& line)
{
    return line.standing != Standing::missing;
}

bool contains(const std::vector<const Substitution*>& rows, const std::string& by)
{
    return std::ranges::any_of(rows, [&](const Substitution* row) { return row->by_course == by; });
}

} // namespace

Settling::Settling(const LedgerInput& input) : in_(input)
{
    out_.plan_id = input.plan_id;
    out_.min_courses = input.min_courses;
    out_.min_credits = input.min_credits;
    for (const catalog::PlanCourse& course : input.courses) {
        Line line;
        line.course = course;
        out_.names[course.code] = course.name;
        out_.lines.push_back(std::move(line));
    }
    for (const auto& [code, course] : input.known)
        out_.names.try_emplace(code, course.name);
}

Ledger Settling::run()
{
    countPasses();
    fillFromOwnPasses();
    applyTreatments();
    applyAutomaticRules();
    judgeGroups();
    sumUp();
    return std::move(out_);
}

void Settling::countPasses()
{
    for (const PassRecord& pass : in_.passes) {
        if (pass.source == "transfer" && pass.moved_on < in_.transfers_from) {
            unfiled_.insert(pass.course_code);
            continue;
        }
        const PassRecord*& best = best_[pass.course_code];
        if (!best || worth(pass) > worth(*best) ||
            (worth(pass) == worth(*best) && pass.passed_on < best->passed_on))
            best = &pass;
    }
}

void Settling::fillFromOwnPasses()
{
    for (Line& line : out_.lines)
        if (const auto pass = best_.find(line.course.code); pass != best_.end()) {
            fill(line, Standing::passed, {}, {});
            line.record = *pass->second;
            used_[line.course.code] = {};
        }
}

void Settling::applyTreatments()
{
    for (const bool granted : {true, false})
        for (const Treatment& treatment : in_.treatments)
            if (treatment.granted == granted)
                apply(treatment);
}

bool Settling::fault(const Treatment& treatment, const std::string& code, Json args)
{
    out_.faults.push_back({treatment.course, code, std::move(args)});
    return false;
}

bool Settling::apply(const Treatment& treatment)
{
    Line* line = lineOf(treatment.course);
    // A pass of the course itself goes before what an office once granted; what was asked for stays in the form.
    const bool is_granted = line && line->granted && line->rule_id == treatment.rule_id;
    if (!line || exams::isDone(*line))
        return treatment.granted || is_granted || fault(treatment, "treatment_not_needed");
    const bool holds = treatment.kind == "waiver" ? waive(*line, treatment) : substitute(*line, treatment);
    line->granted = holds && treatment.granted;
    return holds;
}

bool Settling::waive(Line& line, const Treatment& treatment)
{
    const auto rule = std::ranges::find_if(in_.waivers, [&](const catalog::WaiverRule& one) {
        return one.course_code == treatment.course && one.rule_id == treatment.rule_id &&
               (one.level.empty() || one.level == in_.study_level);
    });
    if (!treatment.granted) {
        if (rule == in_.waivers.end())
            return fault(treatment, "treatment_rule_unknown", {{"rule", treatment.rule_id}});
        if (!catalog::inForce(rule->effective_from, rule->effective_to, in_.today))
            return fault(treatment, "treatment_rule_over", {{"rule", treatment.rule_id}});
    }
    fill(line, Standing::waived, treatment.rule_id, {});
    if (rule != in_.waivers.end())
        line.basis = rule->certificate;
    return true;
}

bool Settling::substitute(Line& line, const Treatment& treatment)
{
    const auto rows = rowsFor(treatment.course, treatment.rule_id);
    if (!treatment.granted && !holds(treatment, rows))
        return false;
    const bool shared = !rows.empty() && rows.front()->mode == Substitution::Mode::shared;
    const std::string rule = shared ? treatment.rule_id : std::string{};
    for (const std::string& by : treatment.with) {
        if (!hasPassed(by))
            return fault(treatment, "treatment_not_passed", {{"with", by}});
        if (!isFree(by, rule) || std::ranges::count(treatment.with, by) > 1)
            return fault(treatment, "treatment_pass_used", {{"with", by}});
    }
    for (const std::string& by : treatment.with)
        used_[by] = rule;
    fill(line, Standing::substituted, treatment.rule_id, treatment.with);
    return true;
}

bool Settling::holds(const Treatment& treatment, const std::vector<const Substitution*>& rows)
{
    if (rows.empty())
        return fault(treatment, "treatment_rule_unknown", {{"rule", treatment.rule_id}});
    if (!inForce(*rows.front()))
        return fault(treatment, "treatment_rule_over", {{"rule", treatment.rule_id}});
    const std::vector<std::string>& with = treatment.with;
    if (rows.front()->mode == Substitution::Mode::pool) {
        int have = 0;
        for (const std::string& by : with)
            have += creditsOf(by);
        const int need = rows.front()->min_credits;
        return have >= need || fault(treatment, "treatment_credits_short", {{"have", have}, {"need", need}});
    }
    const std::size_t wanted = rows.front()->mode == Substitution::Mode::together ? rows.size() : 1;
    for (const std::string& by : with)
        if (!contains(rows, by))
            return fault(treatment, "treatment_not_listed", {{"with", by}, {"rule", treatment.rule_id}});
    return with.size() == wanted ||
           fault(treatment, "treatment_incomplete", {{"have", with.size()}, {"need", wanted}});
}

std::vector<const Substitution*> Settling::rowsFor(const std::string& course,
                                                   const std::string& rule_id) const
{
    std::vector<const Substitution*> rows;
    for (const Substitution& row : in_.substitutions)
        if (row.for_course == course && row.rule_id == rule_id)
            rows.push_back(&row);
    return rows;
}

bool Settling::inForce(const Substitution& row) const
{
    return catalog::inForce(row.effective_from, row.effective_to, in_.today);
}

bool Settling::isFree(const std::string& course, const std::string& shared_rule) const
{
    const auto used = used_.find(course);
    return used == used_.end() || (!shared_rule.empty() && used->second == shared_rule);
}

int Settling::creditsOf(const std::string& course) const
{
    const auto found = in_.known.find(course);
    return found == in_.known.end() ? 0 : found->second.credits.value_or(0);
}

Line* Settling::lineOf(const std::string& course)
{
    const auto found =
        std::ranges::find_if(out_.lines, [&](const Line& line) { return line.course.code == course; });
    return found == out_.lines.end() ? nullptr : &*found;
}

bool Settling::isDone(const std::string& course) const
{
    return hasPassed(course) || std::ranges::any_of(out_.lines, [&](const Line& line) {
               return line.course.code == course && exams::isDone(line);
           });
}

void Settling::applyAutomaticRules()
{
    for (std::size_t i = 0; i < out_.lines.size(); ++i)
        if (!exams::isDone(out_.lines[i])) {
            std::set<std::string> tried;
            give(i, tried);
        }
    for (const auto& [by, line] : given_)
        used_[by] = {};
}

bool Settling::give(std::size_t index, std::set<std::string>& tried)
{
    for (const Substitution& row : in_.substitutions) {
        if (row.for_course != out_.lines[index].course.code || !row.automatic || !inForce(row) ||
            !hasPassed(row.by_course) || !isFree(row.by_course, {}) || !tried.insert(row.by_course).second)
            continue;
        const auto holder = given_.find(row.by_course);
        if (holder != given_.end() && !give(holder->second, tried))
            continue;
        given_[row.by_course] = index;
        fill(out_.lines[index], Standing::substituted, row.rule_id, {row.by_course});
        return true;
    }
    return false;
}

void Settling::judgeGroups()
{
    std::vector<catalog::PlanGroup> groups;
    for (const Line& line : out_.lines) {
        const std::string& name = line.course.option_group;
        if (name.empty() || std::ranges::count(groups, name, &catalog::PlanGroup::name) > 0)
            continue;
        const auto declared = std::ranges::find(in_.groups, name, &catalog::PlanGroup::name);
        groups.push_back(declared == in_.groups.end() ? catalog::PlanGroup{name, 1, 0, {}} : *declared);
    }
    std::map<std::string, int> done;
    for (const Line& line : out_.lines)
        done[line.course.option_group] += exams::isDone(line);
    for (const catalog::PlanGroup& group : groups) {
        GroupStanding standing{group, done[group.name], 0, false, true};
        standing.whole = !group.all_without.empty() && done[group.all_without] == 0;
        bool all = true;
        for (const Line& line : out_.lines)
            if (line.course.option_group == group.name) {
                standing.credits += line.credits;
                all = all && exams::isDone(line);
            }
        standing.fulfilled =
            standing.whole ? all
                           : standing.courses >= group.min_courses && standing.credits >= group.min_credits;
        out_.groups.push_back(standing);
    }
}

void Settling::sumUp()
{
    out_.complete = true;
    for (Line& line : out_.lines) {
        const auto group = std::ranges::find_if(out_.groups, [&](const GroupStanding& one) {
            return one.group.name == line.course.option_group;
        });
        const bool grouped = group != out_.groups.end();
        if (exams::isDone(line)) {
            ++out_.courses;
            out_.credits += line.credits;
            continue;
        }
        line.needed = !grouped || !group->fulfilled;
        line.ways = waysFor(line);
        if (!grouped || group->whole)
            out_.missing.push_back(line.course.code);
    }
    for (const GroupStanding& group : out_.groups)
        out_.complete = out_.complete && group.fulfilled;
    out_.complete = out_.complete && out_.missing.empty() && out_.courses >= out_.min_courses &&
                    out_.credits >= out_.min_credits;
    for (const auto& [course, pass] : best_)
        if (!used_.contains(course))
            out_.spare.push_back(*pass);
}

std::vector<Way> Settling::waysFor(const Line& line) const
{
    std::vector<Way> ways;
    Way exam;
    exam.kind = "exam";
    exam.ready = line.course.theory_code.empty() || isDone(line.course.theory_code);
    ways.push_back(exam);
    if (unfiled_.contains(line.course.code)) {
        Way filing;
        filing.kind = "filing";
        ways.push_back(filing);
    }
    for (const catalog::WaiverRule& rule : in_.waivers)
        if (rule.course_code == line.course.code && (rule.level.empty() || rule.level == in_.study_level) &&
            catalog::inForce(rule.effective_from, rule.effective_to, in_.today))
            ways.push_back({"waiver", rule.rule_id, rule.certificate, rule.evidence, {}, 0, true});
    addSubstitutionWays(line, ways);
    return ways;
}

void Settling::addSubstitutionWays(const Line& line, std::vector<Way>& ways) const
{
    const auto ready = [&](const Way& way, const std::string& shared) {
        return std::ranges::all_of(
            way.with, [&](const std::string& by) { return hasPassed(by) && isFree(by, shared); });
    };
    for (const Substitution& row : in_.substitutions) {
        if (row.for_course != line.course.code || !inForce(row))
            continue;
        const bool together = row.mode == Substitution::Mode::together;
        const auto same = std::ranges::find_if(
            ways, [&](const Way& way) { return way.kind == "substitution" && way.rule_id == row.rule_id; });
        const bool joins = together && same != ways.end();
        Way way = joins ? *same : Way{"substitution", row.rule_id, {}, {}, {}, row.min_credits, false};
        if (!row.by_course.empty())
            way.with.push_back(row.by_course);
        way.ready = ready(way, row.mode == Substitution::Mode::shared ? row.rule_id : std::string{});
        if (row.mode == Substitution::Mode::pool) {
            int spare = 0;
            for (const auto& [course, pass] : best_)
                spare += used_.contains(course) ? 0 : creditsOf(course);
            way.ready = spare >= row.min_credits;
        }
        if (joins)
            *same = std::move(way);
        else
            ways.push_back(std::move(way));
    }
}

Ledger settle(const LedgerInput& input)
{
    return Settling(input).run();
}

} // namespace zikao::exams
