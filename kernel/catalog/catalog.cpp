#include "kernel/catalog/catalog.hpp"

#include <algorithm>
#include <chrono>

#include "kernel/catalog/snapshot.hpp"
#include "kernel/storage/attempt.hpp"
#include "kernel/storage/database.hpp"

namespace zikao::catalog {

namespace {

// Another process may have imported; within this time its import is seen here.
constexpr std::chrono::milliseconds kLookAgainAfter{2000};

template <class T>
std::optional<T> at(const std::vector<T>& all, const std::unordered_map<std::string, std::size_t>& index,
                    const std::string& code)
{
    const auto found = index.find(code);
    if (found == index.end())
        return std::nullopt;
    return all[found->second];
}

/// The office and those above it, nearest first.
std::vector<const Office*> lineUp(const Snapshot& now, std::string code)
{
    std::vector<const Office*> line;
    // The import refuses circles; the bound keeps a damaged table from holding a thread.
    while (line.size() < now.offices.size()) {
        const auto found = now.office_index.find(code);
        if (found == now.office_index.end())
            break;
        line.push_back(&now.offices[found->second]);
        code = line.back()->parent;
    }
    return line;
}

bool liesWithin(const Snapshot& now, const std::string& code, const std::string& of)
{
    return code == of ||
           std::ranges::any_of(lineUp(now, code), [&](const Office* above) { return above->code == of; });
}

} // namespace

Result<std::shared_ptr<const Snapshot>> Catalog::snapshot()
{
    std::lock_guard lock(mutex_);
    const Instant now = tenant_.clock.now();
    const bool recent = snapshot_ && now >= looked_at_ && now < looked_at_ + kLookAgainAfter;
    // A transaction goes on with what its request has read: its thread may not ask the database a second time.
    if (recent || (snapshot_ && storage::InsideTransaction::isInside(*tenant_.database)))
        return snapshot_;
    if (snapshot_) {
        auto version = readVersion(*tenant_.database);
        if (!version)
            return fail(version.error());
        if (*version == snapshot_->version) {
            looked_at_ = now;
            return snapshot_;
        }
    }
    auto fresh = readSnapshot(*tenant_.database);
    if (fresh) {
        snapshot_ = *fresh;
        looked_at_ = now;
    }
    return fresh;
}

Result<std::shared_ptr<const std::string>>
Catalog::remembered(const std::string& key, const std::function<Result<std::string>()>& make)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    return (*now)->made.text(key, make);
}

Result<std::vector<CodeItem>> Catalog::list(const std::string& name, const std::string& parent)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    const auto found = (*now)->lists.find(name);
    if (found == (*now)->lists.end())
        return std::vector<CodeItem>{};
    if (parent.empty())
        return found->second;
    std::vector<CodeItem> chosen;
    std::ranges::copy_if(found->second, std::back_inserter(chosen),
                         [&](const CodeItem& item) { return item.parent == parent; });
    return chosen;
}

Result<std::vector<std::string>> Catalog::listNames()
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    std::vector<std::string> names;
    for (const auto& [name, items] : (*now)->lists)
        names.push_back(name);
    return names;
}

Result<std::optional<CodeItem>> Catalog::item(const std::string& list, const std::string& code)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    const auto found = (*now)->lists.find(list);
    if (found != (*now)->lists.end())
        for (const CodeItem& item : found->second)
            if (item.code == code)
                return std::optional(item);
    return std::optional<CodeItem>{};
}

Result<std::vector<Office>> Catalog::offices(const std::string& level, const std::string& parent)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    std::vector<Office> chosen;
    for (const Office& office : (*now)->offices)
        if ((level.empty() || office.level == level) && (parent.empty() || office.parent == parent))
            chosen.push_back(office);
    return chosen;
}

Result<std::optional<Office>> Catalog::office(const std::string& code)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    return at((*now)->offices, (*now)->office_index, code);
}

Result<std::vector<Office>> Catalog::lineOf(const std::string& code)
{
    return snapshot().transform([&](const auto& now) {
        std::vector<Office> line;
        for (const Office* one : lineUp(*now, code))
            line.push_back(*one);
        return line;
    });
}

Result<bool> Catalog::within(const std::string& code, const std::string& of)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    return liesWithin(**now, code, of);
}

Result<std::vector<std::string>> Catalog::subtree(const std::string& of)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    std::vector<std::string> codes;
    for (const Office& office : (*now)->offices)
        if (liesWithin(**now, office.code, of))
            codes.push_back(office.code);
    return codes;
}

Result<std::vector<Major>> Catalog::majors()
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    return (*now)->majors;
}

Result<std::optional<Major>> Catalog::major(const std::string& code)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    return at((*now)->majors, (*now)->major_index, code);
}

Result<std::vector<PlanCourse>> Catalog::plan(const std::string& plan_id)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    const auto found = (*now)->plans.find(plan_id);
    return found == (*now)->plans.end() ? std::vector<PlanCourse>{} : found->second;
}

Result<std::optional<PlanCourse>> Catalog::course(const std::string& code)
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    const auto found = (*now)->courses.find(code);
    return found == (*now)->courses.end() ? std::optional<PlanCourse>{} : std::optional(found->second);
}

Result<std::vector<PlanCourse>> Catalog::courses()
{
    auto now = snapshot();
    if (!now)
        return fail(now.error());
    std::vector<PlanCourse> all;
    for (const auto& [code, course] : (*now)->courses)
        all.push_back(course);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
    return all;
}

namespace {

template <class T>
std::vector<T> under(const std::unordered_map<std::string, std::vector<T>>& map, const std::string& key)
{
    const auto found = map.find(key);
    return found == map.end() ? std::vector<T>{} : found->second;
}

} // namespace

Result<std::vector<PlanGroup>> Catalog::planGroups(const std::string& plan_id)
{
    return snapshot().transform([&](const auto& now) { return under(now->groups, plan_id); });
}

Result<std::vector<Substitution>> Catalog::substitutions(const std::string& for_course)
{
    return snapshot().transform([&](const auto& now) { return under(now->substitutions, for_course); });
}

Result<std::vector<WaiverRule>> Catalog::waivers(const std::string& course)
{
    return snapshot().transform([&](const auto& now) { return under(now->waivers, course); });
}

bool inForce(const std::string& from, const std::string& to, const std::string& day)
{
    return (from.empty() || from <= day) && (to.empty() || day <= to);
}

Result<int> Catalog::import(const std::string& kind, const std::string& csv, const Along& along)
{
    auto imported = tenant_.database->transaction([&](storage::Transaction& tx) -> Result<int> {
        auto rows = importKind(tx, kind, csv);
        if (rows && along)
            if (const auto done = along(tx, *rows); !done)
                return fail(done.error());
        return rows;
    });
    if (!imported)
        return imported;
    auto fresh = readSnapshot(*tenant_.database);
    if (!fresh)
        return fail(fresh.error());
    std::lock_guard lock(mutex_);
    snapshot_ = *fresh;
    looked_at_ = tenant_.clock.now();
    return imported;
}

} // namespace zikao::catalog
