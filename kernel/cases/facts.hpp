#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/cases/services.hpp"
#include "kernel/cases/store.hpp"
#include "kernel/degrees/degrees.hpp"
#include "kernel/exams/exams.hpp"
#include "kernel/exams/ledger.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::cases {

/// Fetches what rules may know about one case. Each fact is fetched at most once, and only when asked for.
/// One object serves one request on one thread.
class Facts
{
public:
    Facts(Services& services, const Store& store, const Definition& definition, const Record& record)
        : services_(services),
          store_(store),
          definition_(definition),
          record_(record)
    {}

    /// The named facts as the text of one JSON object, as rules get them; shapes as docs/kernel-engineer.md lists them,
    /// what does not exist is absent.
    Result<std::string> table(const std::vector<std::string>& names);
    /// One of them; null when it does not exist.
    Result<Json> fact(const std::string& name);

    /// What the fact `changed` says: the fields that the action at hand fills anew. None unless told.
    void tellChanged(const std::vector<std::string>& fields) { known_["changed"] = fields; }

    /// The subject; nothing for a visitor, and for one who is not on file.
    Result<std::optional<identity::Person>> person();

    /// What a source of presets and shown facts says: "person.name", "person.more.major", "sitting.code",
    /// "registration.workplace" (of the subject's approved or completed case). Empty: nothing.
    Result<std::string> value(const std::string& source);
    /// Lays the presets into the fields that hold nothing yet; an empty text counts as something.
    Result<void> preset(Json& fields);

    Result<std::optional<exams::Sitting>> sitting();
    /// Of the chosen major, with what the case asks for; nothing without a major that has a plan.
    Result<std::optional<exams::Ledger>> ledger();
    Result<std::vector<files::File>> files(); ///< kept ones of the case, the newest of each field
    /// The check of the subject's previous degree; nothing for a visitor.
    Result<std::optional<degrees::Check>> degree();

private:
    Result<Json> one(const std::string& name);
    Result<std::shared_ptr<const std::string>> text(const std::string& name);
    Result<Json> sittingFact();
    Result<Json> filesFact();
    Result<Json> personFact();
    Result<Json> officesFact();
    Result<Json> planFact();
    Result<Json> orderFact();
    Result<Json> windowsFact();
    Result<Json> feesFact();
    Result<Json> ledgerFact();
    Result<exams::Ledger> makeLedger(const catalog::Major& major);
    Result<Json> degreeFact();
    Result<Json> ownCasesFact();
    Result<Json> actionsFact();
    Result<Json> caseFact(const std::string& type);

    Services& services_;
    const Store& store_;
    const Definition& definition_;
    const Record& record_;
    std::map<std::string, Json> known_;
    std::map<std::string, std::shared_ptr<const std::string>> texts_;
    std::optional<std::optional<identity::Person>> person_;
    std::optional<std::optional<exams::Sitting>> sitting_;
    std::optional<std::optional<exams::Ledger>> ledger_;
    std::optional<std::vector<files::File>> files_;
    std::optional<std::optional<degrees::Check>> degree_;
};

} // namespace zikao::cases
