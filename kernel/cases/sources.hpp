#pragma once

#include <optional>
#include <string>

#include "kernel/cases/facts.hpp"
#include "kernel/identity/identity.hpp"

namespace zikao::rules {
struct Package;
}

namespace zikao::cases {

/// A value as people read it: names of codes, 是 and 否, several joined by 、. Whole: who may not see it masks it.
std::string shownValue(catalog::Catalog& catalog, exams::Exams& exams, const Field& field, const Json& value);

/// What papers and files say of a case. A source is "person.name" and its like, "fields.<field>" of the case itself,
/// "major.code|name|level|school" of the chosen major, "previous_degree.<key>" as in the fact, or "<case>.<field>" of
/// the subject's approved case of that type.
/// @threads one object serves one request on one thread
class Sources
{
public:
    /// @param whole  numbers of identity and phones as they are; otherwise masked (DEF-GEN-06)
    Sources(Services& services, const Store& store, const Definition& definition, const Record& record,
            bool whole)
        : services_(services),
          store_(store),
          definition_(definition),
          record_(record),
          facts_(services, store, definition, record),
          whole_(whole)
    {}

    /// Empty where there is nothing. @param list  code list that names the value; empty: none
    Result<std::string> text(const std::string& source, const std::string& list);

    struct Picture
    {
        std::string id, jpeg, sm3; ///< sm3: of the bytes as they were approved
        int width = 0, height = 0;
    };
    /// "fields.photo" or "graduation_photo.photo": the newest picture of that field.
    Result<std::optional<Picture>> picture(const std::string& source);

    Facts& facts() { return facts_; }

private:
    Result<std::string> ofPerson(const std::string& what);
    Result<std::string> ofMajor(const std::string& what);
    std::string ownField(const std::string& id);

    Services& services_;
    const Store& store_;
    const Definition& definition_;
    const Record& record_;
    Facts facts_;
    bool whole_;
    std::optional<identity::Person> person_;
};

/// Why a source says nothing; empty: it does.
std::string sourceFault(const std::string& source, const Definition& definition,
                        const rules::Package& package);
/// The same of a source of pictures.
std::string pictureFault(const std::string& source, const Definition& definition,
                         const rules::Package& package);

} // namespace zikao::cases
