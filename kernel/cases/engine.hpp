#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/decision.hpp"
#include "kernel/billing/billing.hpp"
#include "kernel/cases/definition.hpp"
#include "kernel/files/files.hpp"
#include "kernel/identity/actor.hpp"
#include "kernel/tenant/tenant.hpp"
#include "plugins/api/record_exchange.hpp"

namespace zikao::cases {

struct Services; // the modules below that facts and effects speak to (services.hpp)

/// A case as stored.
struct Record
{
    std::string id, type, state, subject_id, sitting, office_code, rules_hash, rules_version;
    Phase phase = Phase::draft;
    Json fields = Json::object(); ///< S3: whole as typed; never into logs or the audit trail
    std::int64_t revision = 0;
    Instant created_at, changed_at;              ///< changed: by an action; drafts do not count
    Instant saved_at;                            ///< by anything, drafts too
    bool visitor = false;                        ///< begun by a guest session; no account was opened yet
    std::string subject_name, subject_masked_id; ///< for lists; set with the first submission
    /// for the reviewer: "edited_after_reading", "resubmitted", "photo_borderline"
    std::vector<std::string> marks;
    /// Nothing was typed, attached or done yet: a case of this kind has rows in no other table.
    [[nodiscard]] bool wasOnlyBegun() const { return revision <= 1; }
};

/// One line of a case's history (DEF-GEN-08): who, what, when, from, to, reason, decision, rules.
struct Event
{
    std::int64_t seq = 0;
    std::string actor_id, actor_name, actor_office, action, from, to, reason, rules_hash, rules_version;
    Json decision;            ///< and, in `as`, the reviewers in whose name it was taken
    std::string facts_digest; ///< SM3 of the facts the guard saw, hex; empty without a guard
    Instant at;
};

/// An action as offered to one actor now. What is offered and what is accepted come from the same judgement.
struct Offer
{
    std::string id, title;
    bool enabled = false;
    bool needs_reason = false;
    std::vector<Reason> reasons; ///< why not, when shown but not enabled
};

/// One of the offices that must decide in a state with reviewers.
struct Review
{
    std::string state, reviewer, office_code, decision; ///< decision: the action taken; empty: still waiting
    Instant since;
    std::optional<Instant> decided_at;
};

/// What is due for a case, by a system action (set_deadline).
struct Deadline
{
    std::string action;
    Instant due_at;
};

/// What a picture of an id_card field said.
struct Reading
{
    std::string field;            ///< of the picture
    std::string state;            ///< "reading" | "done" | "failed"
    std::string reason = {};      ///< when failed: "card_unreadable" …
    Json values = Json::object(); ///< target field id → value in that field's own form (codes for choices)
};

/// An officer has a case open and means to decide it; others see who, and may take it over.
struct Hold
{
    std::string holder_id, holder_name;
    Instant taken_at, until;
};

struct View
{
    Record record;
    std::shared_ptr<const rules::Package> package; ///< the pinned one
    std::shared_ptr<const Definition> definition;
    bool editable = false; ///< this actor may change fields in this state
    std::vector<Offer> offers;
    std::vector<Event> history;
    std::vector<Review> reviews; ///< of the present state
    std::vector<Deadline> deadlines;
    std::vector<Reading> readings;
    bool gate_needed = false;       ///< the notice in front of the form was not acknowledged in this session
    std::vector<std::string> fixed; ///< fields that cannot be changed in this state
    std::map<std::string, std::string> facts; ///< "<page>.<fact>" → as shown; number and phone masked
    std::vector<std::string>
        edited;               ///< fields the subject changed after a reading had filled them (XJ-REG-05)
    std::optional<Hold> hold; ///< an officer's, while it lasts
    std::string subject_name, subject_masked_id; ///< as on file now; empty for a visitor
    Json ledger; ///< where a page has the widget course_plan and a major is chosen; else null
};

struct Input
{
    std::int64_t revision = 0;
    std::string request_key; ///< client-chosen; a repeat returns the first answer (C29)
    Json fields;             ///< changed fields merged into the case; null: none
    std::string reason;
    Json secrets;      ///< values of `secret` fields: never stored, only for effects
    bool bulk = false; ///< one of many that are decided at once: only what the definition allows in bulk
};

/// The result of `perform`: the new state, or why not. Field faults and rule refusals come together.
struct Outcome
{
    Decision decision;
    Record record;
    std::string opened_account;                    ///< set when the action opened the candidate's account
    std::shared_ptr<const rules::Package> package; ///< the case's pinned one, to say the reasons with
};

struct QueueFilter
{
    std::string type, state, phase, text;
    bool mine = true; ///< waiting for a decision of this actor
    int limit = 50, offset = 0;
    /// A row of an earlier answer, by what the queue is ordered by. Pages found so cost the same at any depth, and skip
    /// nothing when rows before them were decided meanwhile.
    struct Place
    {
        Instant since;
        std::string id;
    };
    std::optional<Place> after, before; ///< at most one: the rows next to it, without it
};
struct QueueRow
{
    Record record;
    std::string subject_name, subject_masked_id;
    std::vector<std::string> marks; ///< "edited_after_reading" …
    Instant since;           ///< it waits since then: for this officer's decision, else since it changed
    std::string holder_name; ///< another officer who holds it now; empty: nobody
};
struct Queue
{
    std::vector<QueueRow> rows;
    std::int64_t total = 0;
};
/// What may be decided on many cases of a queue at once.
struct BulkAction
{
    std::string id, title, to_title; ///< to_title: of the state it leads to
    std::string reason;              ///< "", "optional", "required"
    std::string message;             ///< text key of what the candidate will read; empty: nothing
};
/// Cases that wait for this officer, by type and state.
struct QueueCount
{
    std::string type, state, title;
    std::int64_t count = 0;
    std::vector<BulkAction> bulk = {}; ///< by the package that new cases get; each case is judged by its own
};

/// A file for an outside authority, as its officer sees it.
struct ExchangeInfo
{
    std::string type, id, title, case_title, state_title;
    std::int64_t waiting = 0; ///< cases that would be handed over now
};
struct ExchangePicture
{
    std::string name, bytes, sm3;
};
/// What is handed over: rows for the plugin, and the portraits that go along.
struct ExchangeExport
{
    api::ExchangeBatch batch;
    std::vector<ExchangePicture> pictures;
    std::int64_t total = 0; ///< waiting ones, of which this may be a part
};
/// What became of one answer; refused ones changed nothing.
struct ExchangeOutcome
{
    Decision decision = {};
    std::string case_id = {}, subject_name = {}; ///< empty: no case that the officer may know of
    std::string state_title = {};                ///< the new one
    std::shared_ptr<const rules::Package> package = nullptr;
};

/// A form of a case on paper.
struct Printed
{
    std::string title, pdf;
};

/// An upload taken into a case.
struct Attached
{
    files::File file;
    std::string reading_state; ///< "reading" when an ID card is being read, else empty
    std::int64_t revision = 0; ///< that the next change must name
    /// Why the picture was not taken: once a case is approved no guard judges it later. Empty: it was taken.
    std::vector<Reason> refused = {};
    std::shared_ptr<const rules::Package> package; ///< the case's pinned one
};

/// Runs every procedure from its definition. No province, no procedure is known here. @threads any
class Engine
{
public:
    explicit Engine(Services& services);
    ~Engine();

    /// Begins a case, or returns the subject's open one where the definition allows one at a time.
    /// @param sitting       empty: the current one, where the definition needs one
    /// @param acknowledged  whether the notice in front of the form was read and acknowledged just now
    ///                      (XZ-REG-02, XZ-SGN-02); noted for this session, also when the case was open already
    /// @errors `refused` with the first reason's code (`mayBegin` has them all); `not_found`: no such type
    Result<View> begin(const identity::Actor& actor, const std::string& type, const std::string& sitting,
                       bool acknowledged = false);
    /// Windows, sittings, earlier stages, the notice: why a case of this type cannot be begun now, or that it can.
    Result<Decision> mayBegin(const identity::Actor& actor, const std::string& type,
                              const std::string& sitting, bool acknowledged = false);
    /// @errors `not_found` also when the actor may not know of it (C15)
    Result<View> view(const identity::Actor& actor, const std::string& case_id);
    /// The same of a record as `perform` has just left it, without reading it again.
    Result<View> view(const identity::Actor& actor, const Record& record);
    /// Keeps what is typed; checks types and sizes only. Nothing is kept beside an approved case: there fields travel with
    /// actions. @errors `conflict` with `stale_revision`, `case_locked`, `field_fixed`, `notice_unread`
    Result<Record> saveDraft(const identity::Actor& actor, const std::string& case_id, const Input& input);
    /// @errors `conflict` with `stale_revision`, `action_not_offered`, `action_not_bulk` or `case_held`; `not_found`.
    ///         A refusal is an `Outcome`.
    Result<Outcome> perform(const identity::Actor& actor, const std::string& case_id,
                            const std::string& action, const Input& input);
    /// Cases of the officer's office and those below it, longest waiting first. `text`: a whole ID number or
    /// the beginning of a name. @errors `forbidden`: no officer
    Result<Queue> queue(const identity::Actor& actor, const QueueFilter& filter);
    /// The queues of the officer's duties as a case comes by them, empty ones too. @errors `forbidden`: no officer
    Result<std::vector<QueueCount>> queueCounts(const identity::Actor& actor);
    /// Keeps a case for this officer for 15 minutes; again: longer. Others' decisions are refused meanwhile with
    /// `case_held`. @param take_over  also from another officer, noted in the audit trail
    /// @errors `conflict` with `case_held`; `not_found` as `view`; `forbidden`: no officer
    Result<Hold> hold(const identity::Actor& actor, const std::string& case_id, bool take_over);
    /// Lets go of what this officer holds; of nothing else. @errors `not_found` as `view`
    Result<void> release(const identity::Actor& actor, const std::string& case_id);
    /// The subject's cases, newest first.
    Result<std::vector<Record>> ofSubject(const identity::Actor& actor);
    /// Whether each procedure can be begun now by this actor, with reasons: the tiles of the candidate's
    /// centre.
    struct Tile
    {
        std::string type, title;
        bool open = false;
        std::vector<Reason> reasons;
        std::optional<Instant> opens_at, closes_at;
        /// Id of the case that beginning leads to: it runs, or it is this sitting's only one.
        std::string open_case;
        bool of_sitting = false; ///< its times are those of the sitting's sign-up
        bool had = false;        ///< one was completed, so the next would be for another major
    };
    Result<std::vector<Tile>> tiles(const identity::Actor& actor);
    /// What the case's `charge` effect would ask for now, by the pinned rules. @errors `not_found`: it
    /// charges nothing
    Result<std::vector<billing::Line>> quote(const identity::Actor& actor, const std::string& case_id);
    /// Re-runs the guard of an action on present facts and says everything it found.
    Result<Decision> explain(const identity::Actor& actor, const std::string& case_id,
                             const std::string& action);
    /// A system action that came as news (order paid, deadline); unknown or impossible ones are logged and
    /// dropped. A deadline that was moved later meanwhile is not acted on, nor is one whose action's guard
    /// refuses: what it waited for has come, unless the action says `again` to that reason.
    Result<void> systemAction(const std::string& case_id, const std::string& action,
                              const std::string& request_key);
    /// Tells the subject what is due soon: news posted by `set_deadline` with `remind`. Says nothing where the deadline was
    /// moved, the case went on, or the action's guard refuses.
    /// @param message_id  of the news; the same one is told once
    Result<void> remind(const std::string& case_id, const Deadline& deadline, const std::string& text_key,
                        const std::string& message_id);

    /// Stores an upload for a field, in place of the field's earlier one (the newest stays), and begins to read it where the
    /// widget asks. The picture is judged as the field says; a failed check of the standard is kept for the
    /// guard.
    /// @errors `not_found`; `conflict` with `case_locked` (not editable now) or `notice_unread`; those of
    ///         files::Files::store
    Result<Attached> attach(const identity::Actor& actor, const std::string& case_id,
                            const std::string& field, const std::string& bytes,
                            const std::string& declared_type);
    /// What `attach` would say of a portrait, without taking it: the verdict while somebody still crops.
    /// @errors as `attach`; `not_found` where the field is no portrait
    Result<Json> judgePhoto(const identity::Actor& actor, const std::string& case_id,
                            const std::string& field, const std::string& bytes);
    /// @return the new revision
    Result<std::int64_t> detach(const identity::Actor& actor, const std::string& case_id,
                                const std::string& file_id);
    /// A file of a case this actor may see. @errors `not_found`
    Result<files::File> file(const identity::Actor& actor, const std::string& case_id,
                             const std::string& file_id);

    /// A form of the case (`prints`) as PDF, marked as a draft where its definition says so. The subject's own has numbers
    /// whole, an officer's masked (DEF-GEN-06).
    /// @errors `not_found`: no such case for this actor, or no such form
    Result<Printed> print(const identity::Actor& actor, const std::string& case_id, const std::string& id);

    /// The exchanges whose cases this officer decides. @errors `forbidden`: no officer
    Result<std::vector<ExchangeInfo>> exchanges(const identity::Actor& actor);
    /// Waiting cases for a file, longest waiting first, numbers whole: who calls it notes that in the audit trail.
    /// @errors `not_found`: no such exchange; `forbidden`: no officer
    Result<ExchangeExport> exchangeRows(const identity::Actor& actor, const std::string& type,
                                        const std::string& id, int limit, int offset);
    /// Takes the action that an answer stands for. Refusals: `exchange_unknown` (no such case for this officer),
    /// `exchange_old_round` (it was handed over again since), `exchange_number_differs`, `exchange_decided` (the case moved
    /// on; a second upload of a file comes here), and those of `perform`.
    Result<ExchangeOutcome> exchangeAnswer(const identity::Actor& actor, const std::string& type,
                                           const std::string& id, const api::ExchangeAnswer& answer);

    /// What a reader made of the picture that `attach` posted as the outbox row "read_id_card" {case_id, field,
    /// file_id}: values go into fields that are still empty. A reading of a file that was replaced meanwhile is dropped.
    Result<void> finishReading(const std::string& case_id, const std::string& field,
                               const std::string& file_id, const Result<api::IdCardReading>& reading);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace zikao::cases
