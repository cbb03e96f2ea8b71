#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "kernel/cases/effects/effect.hpp"
#include "kernel/cases/engine.hpp"
#include "kernel/cases/facts.hpp"
#include "kernel/cases/phone_codes.hpp"
#include "kernel/cases/services.hpp"
#include "kernel/cases/store.hpp"

namespace zikao::cases {

/// A case with the package it is pinned to: what every judgement stands on.
struct Ground
{
    Stored stored;
    std::shared_ptr<const rules::Package> package;
    std::shared_ptr<const Definition> definition;
    [[nodiscard]] const State& state() const { return definition->states.at(stored.record.state); }
};

/// What the engine's parts share: judging.cpp says who may see and do what, performing.cpp does it.
struct Engine::Impl
{
    explicit Impl(Services& given) : s(given), store(*given.tenant.database, *given.tenant.vault) {}

    Services& s;
    Store store;
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<const Definition>> definitions;

    [[nodiscard]] Instant now() const { return s.tenant.clock.now(); }

    Result<std::shared_ptr<const Definition>> definition(const rules::Package& package,
                                                         const std::string& type);
    Result<Ground> ground(const std::string& id);
    Result<Ground> groundOf(Stored stored);
    static bool isSubject(const identity::Actor& actor, const Record& record);
    Result<bool> isOver(const identity::Actor& actor, const std::string& office);
    Result<bool> maySee(const identity::Actor& actor, const Ground& g);
    Result<Ground> seen(const identity::Actor& actor, const std::string& id);
    using Queues = std::map<std::pair<std::string, std::string>, QueueCount>; ///< by type and state
    /// The queues that the officer's duties decide, with nothing in them yet.
    Result<Queues> emptyQueues(const rules::Package& package, const identity::Actor& actor);
    /// The open reviews of the present state that this officer decides.
    Result<std::vector<std::string>> duties(const identity::Actor& actor, const Ground& g);
    Result<bool> offered(const identity::Actor& actor, const Ground& g, const Action& action);
    /// An officer decides nothing on top of a row that was changed outside the platform.
    /// @errors `conflict` with `history_altered`
    Result<void> requireTrueHistory(const Ground& g);
    /// Whether the subject must acknowledge the notice in front of the form before it is filled in.
    Result<bool> gateNeeded(const identity::Actor& actor, const Ground& g);
    /// Whether a switch of the province's profile is on; one that is not there is off.
    [[nodiscard]] bool isOn(const std::string& setting) const;
    /// Lays the presets into the record's empty fields while it can be edited.
    Result<void> preset(const Definition& def, Record& record, Facts& facts);
    /// The lines of a page that are only read, as shown.
    Result<std::map<std::string, std::string>> shownFacts(const Definition& def, Facts& facts);
    /// Codes of the sittings whose sign-up is not over; the case's own alone where it belongs to one.
    Result<std::vector<std::string>> openSittings(const Definition& def, const Record& record);
    /// The sitting of that code, or the present one without a code; nothing where the procedure needs none.
    Result<std::optional<exams::Sitting>> sittingFor(const Definition& def, const std::string& code);
    Result<std::vector<Reason>> windowReasons(const Definition& def,
                                              const std::optional<exams::Sitting>& sitting);
    std::string openKey(const Definition& def, const Record& record);
    /// What the definition's `begin` says of this person, before there is a case.
    Result<std::vector<Reason>> beginGuard(const identity::Actor& actor, const rules::Package& package,
                                           const Definition& def,
                                           const std::optional<exams::Sitting>& sitting);
    Result<std::vector<Reason>> beginReasons(const identity::Actor& actor, const rules::Package& package,
                                             const Definition& def,
                                             const std::optional<exams::Sitting>& sitting);
    static std::vector<std::string> edited(const Record& record, const std::vector<StoredReading>& readings);
    /// @param guard  rule; empty: nothing refuses
    /// @param facts  the text of what the rule knows
    Result<std::vector<Reason>> guardReasons(const rules::Package& package, const std::string& guard,
                                             const std::string& facts);
    Result<void> enter(storage::Transaction& tx, const Ground& g, const Record& after, Instant at);
    /// In a state that stays, what waits for an office waits for the one that the fields name now.
    Result<void> follow(storage::Transaction& tx, const Ground& g, const Record& after, Instant at);
    /// The office that decides as this reviewer.
    Result<std::string> reviewingOffice(const Definition& def, const std::string& reviewer, const Record& of);
    /// Why nothing new is done with the subject's admission number: it was merged into another.
    Result<std::vector<Reason>> mergedReasons(const Definition& def, const std::string& subject_id);
    Result<void> describeSubject(const Ground& g, Record& after, Facts& facts);
    /// The one-time codes among the fields; nothing to look at where the definition asks for none.
    Result<PhoneCodes> phoneCodes(const identity::Actor& actor, const Ground& g, const Record& record,
                                  const Input& input);
    Result<Outcome> perform(const identity::Actor& actor, Ground& g, const Action& action,
                            const Input& input);
    /// As Engine::perform, of a click that was not answered before.
    Result<Outcome> performFirst(const identity::Actor& actor, const std::string& case_id,
                                 const std::string& action_id, const Input& input);
    /// A due deadline whose guard said no: what it waited for has come; or, by the action's `again`, it may still go.
    Result<void> putOff(const Ground& g, const Action& action, const Reason& why);
    /// The first answer to a request key, if it was used before. @errors `conflict` with `request_reused`
    Result<std::optional<Outcome>> repeated(const identity::Actor& actor, const std::string& case_id,
                                            const std::string& action_id, const Input& input);
    Result<std::optional<Hold>> holdOf(const std::string& case_id);
    Result<bool> heldByAnother(const identity::Actor& actor, const std::string& case_id);
    Result<View> view(const identity::Actor& actor, const Ground& g);
    Result<Ground> locked(const identity::Actor& actor, const std::string& id);
    /// Notes in the case that a stored file belongs to it now. @return the new revision
    Result<std::int64_t> take(const identity::Actor& actor, Ground& g, const files::File& file, bool reads);
    /// Writes a change beside the actions. @errors `conflict` with `stale_revision`
    Result<void> write(const Ground& g, const Record& after,
                       const std::function<Result<void>(storage::Transaction&)>& more);
};

bool isStaff(const identity::Actor& actor);
Reason reason(const std::string& code, Json args = Json::object());

} // namespace zikao::cases
