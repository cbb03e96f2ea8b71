#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "kernel/app/ctl/command.hpp"
#include "kernel/app/ctl/context.hpp"
#include "kernel/app/ctl/import_people.hpp"
#include "kernel/audit/audit.hpp"
#include "kernel/base/encoding.hpp"
#include "kernel/catalog/catalog.hpp"
#include "kernel/catalog/csv.hpp"
#include "kernel/identity/people_on_file.hpp"

namespace zikao::ctl {

namespace {

const std::vector<std::string> kNeeded = {"id_number", "name"};
const std::vector<std::string> kKnown = {"id_number", "name",      "admission_number", "office_code",
                                         "sex",       "ethnicity", "birth_date",       "email"};

bool isColumnName(const std::string& name)
{
    return !name.empty() && name.size() <= 40 && name[0] >= 'a' && name[0] <= 'z' &&
           std::ranges::all_of(
               name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

/// Columns of the list beyond those that every province has: kept with the person under their names.
Result<std::vector<std::string>> furtherColumns(const std::string& csv)
{
    const auto rows = catalog::parseCsvRows(csv);
    if (!rows)
        return fail(rows.error());
    std::vector<std::string> further;
    for (const std::string& column : rows->front().fields) {
        if (std::ranges::count(kKnown, column) > 0)
            continue;
        if (!isColumnName(column))
            return fail(ErrorCode::invalid_argument, "no name for a column: " + column, "csv_column");
        further.push_back(column);
    }
    return further;
}

identity::Person personOf(catalog::CsvTable& table, std::size_t row, const std::vector<std::string>& further)
{
    identity::Person person;
    person.id_number = table.need(row, "id_number");
    person.name = table.need(row, "name");
    person.admission_number = table.text(row, "admission_number");
    person.office_code = table.text(row, "office_code");
    person.sex = table.text(row, "sex");
    person.ethnicity = table.text(row, "ethnicity");
    person.birth_date = table.text(row, "birth_date");
    person.email = table.text(row, "email");
    for (const std::string& column : further)
        if (const std::string value = table.text(row, column); !value.empty())
            person.more[column] = value;
    return person;
}

Result<int> import(Context& context, const Arguments& arguments)
{
    const auto tenant = context.tenant(arguments["--tenant"]);
    if (!tenant)
        return fail(tenant.error());
    if (auto done = importPeople(**tenant, arguments["FILE"]); !done)
        return fail(done.error());
    return static_cast<int>(kDone);
}

} // namespace

Result<void> importPeople(tenant::Tenant& tenant, const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return fail(ErrorCode::not_found, "cannot read " + path);
    const std::string csv{std::istreambuf_iterator<char>(file), {}};
    const auto named = [&](const Error& error) {
        return fail(error.code, path + ": " + error.message, error.reason);
    };
    const auto further = furtherColumns(csv);
    if (!further)
        return named(further.error());
    std::vector<std::string> allowed = kKnown;
    allowed.insert(allowed.end(), further->begin(), further->end());
    auto table = catalog::CsvTable::read(csv, kNeeded, allowed);
    if (!table)
        return named(table.error());
    catalog::Catalog catalog(tenant);
    std::map<std::string, bool> offices;
    std::vector<identity::Person> people;
    for (std::size_t row = 0; row < table->size(); ++row) {
        people.push_back(personOf(*table, row, *further));
        const std::string& code = people.back().office_code;
        if (code.empty())
            continue;
        if (!offices.contains(code)) {
            const auto office = catalog.office(code);
            if (!office)
                return fail(office.error());
            offices[code] = office->has_value();
        }
        if (!offices[code])
            table->fault(row, "office_code", "no such office");
    }
    if (auto good = table->verdict(); !good)
        return named(good.error());
    identity::PeopleOnFile on_file(tenant);
    const auto done = on_file.import(
        people, [&](storage::Transaction& tx, const identity::PeopleOnFile::Imported& imported) {
            return audit::append(tx,
                                 {kOperator,
                                  "candidates.import",
                                  "people_on_file",
                                  dumpJson({{"rows", people.size()},
                                            {"added", imported.added},
                                            {"renewed", imported.renewed},
                                            {"sm3", hex(sm3(csv))}}),
                                  {}},
                                 tenant.clock.now());
        });
    if (!done)
        return named(done.error());
    for (const auto& fault : done->faults)
        table->fault(fault.row, fault.column, fault.what);
    if (auto good = table->verdict(); !good)
        return named(good.error());
    std::printf("%s: people on file: %d added, %d renewed, %d have an account already\n",
                tenant.profile.id.c_str(), done->added, done->renewed, done->left);
    return ok();
}

std::vector<Command> candidatesCommands()
{
    return {{"candidates",
             "import",
             {"FILE"},
             {{"--tenant", "TENANT", "whose people they are", true}},
             "take over people on file from a CSV (id_number, name; more columns in docs/operator.md), all "
             "or nothing",
             import}};
}

} // namespace zikao::ctl
