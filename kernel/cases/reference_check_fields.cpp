#include "kernel/cases/reference_check.hpp"
#include "kernel/cases/vocabulary.hpp"

namespace zikao::cases {

namespace {

class FieldCheck : private ReferenceCheck
{
public:
    using ReferenceCheck::ReferenceCheck;

    void run()
    {
        std::set<std::string> pages, fields;
        for (std::size_t p = 0; p < def_.pages.size(); ++p) {
            const Page& page = def_.pages[p];
            const std::string at = "pages[" + std::to_string(p + 1) + "]";
            if (!pages.insert(page.id).second)
                add(at + ".id", "a second page " + page.id);
            for (std::size_t i = 0; i < page.notices.size(); ++i)
                needText(at + ".notices[" + std::to_string(i + 1) + "]", page.notices[i]);
            for (std::size_t f = 0; f < page.fields.size(); ++f) {
                const std::string path = at + ".fields[" + std::to_string(f + 1) + "]";
                if (!fields.insert(page.fields[f].id).second)
                    add(path + ".id", "a second field " + page.fields[f].id);
                checkField(page.fields[f], path);
            }
            needStates(at + ".only_in", page.only_in);
            for (std::size_t i = 0; i < page.facts.size(); ++i)
                checkSource(page.facts[i].from, at + ".facts[" + std::to_string(i + 1) + "].from");
        }
    }

private:
    /// "person.name", "person.more.major", "sitting.code" or "registration.portrait".
    void checkSource(const std::string& source, const std::string& path)
    {
        const auto dot = source.find('.');
        const std::string of = source.substr(0, dot);
        const std::string what = dot == std::string::npos ? "" : source.substr(dot + 1);
        if (of == "person" || of == "sitting") {
            if (!isSourceName(source))
                add(path, "a " + of + " has no " + what);
            return;
        }
        const auto other = package_.cases.find(of);
        if (other == package_.cases.end())
            add(path, "there is no case " + of);
        else if (!hasField(other->second, what))
            add(path, "the case " + of + " has no field " + what);
    }

    void checkField(const Field& field, const std::string& path)
    {
        needText(path + ".hint", field.hint);
        if (field.widget == "notice")
            needText(path + ".text", field.raw.value("text", ""));
        for (const char* key : {"parent_field", "major_field", "confirms", "phone_field"})
            if (field.raw.contains(key) && field.raw[key].is_string())
                checkPartner(field, key, path + "." + key);
        if (field.raw.contains("fills") && field.raw["fills"].is_object())
            for (const auto& [name, target] : field.raw["fills"].items())
                if (target.is_string())
                    needField(path + ".fills." + name, target.get<std::string>());
        if (field.raw.contains("special_from") && field.raw["special_from"].is_object())
            checkSpecial(field.raw["special_from"], path + ".special_from");
        if (field.visible_if)
            checkVisibility(field, path + ".visible_if.field");
        if (field.raw.contains("slot_text") && field.raw["slot_text"].is_string())
            needText(path + ".slot_text", field.raw["slot_text"].get<std::string>());
        needStates(path + ".fixed_in", field.fixed_in);
        for (const std::string& source : field.preset) {
            checkSource(source, path + ".preset");
            if (source == "person.id_number" || source == "person.phone")
                add(path + ".preset", source + " is shown masked and cannot be a value");
        }
    }

    void checkPartner(const Field& field, const std::string& key, const std::string& path)
    {
        const Field* partner = needField(path, field.raw[key].get<std::string>());
        if (!partner)
            return;
        if (partner->id == field.id)
            add(path, "a field cannot depend on itself");
        if (key == "confirms" && partner->widget != "secret")
            add(path, "only a secret is confirmed");
        if (key == "phone_field" && partner->widget != "phone")
            add(path, partner->id + " is not a phone");
        if (key == "major_field" && partner->widget != "major")
            add(path, partner->id + " is not a major");
        if (key == "parent_field" && partner->widget != "choice" && partner->widget != "region")
            add(path, partner->id + " is neither a choice nor a region");
    }

    void checkSpecial(const Json& from, const std::string& path)
    {
        const std::string id = from.value("case", ""), wanted = from.value("field", "");
        needCase(path + ".case", id);
        const auto other = package_.cases.find(id);
        if (other == package_.cases.end())
            return;
        if (!hasField(other->second, wanted))
            add(path + ".field", "the case " + id + " has no field " + wanted);
    }

    void checkVisibility(const Field& field, const std::string& path)
    {
        if (!needField(path, field.visible_if->field))
            return;
        const Field* at = &field;
        for (std::size_t step = 0; at && at->visible_if; ++step) {
            at = def_.field(at->visible_if->field);
            if (at == &field || step > 100) {
                add(path, "the fields' visibility goes round in a circle");
                return;
            }
        }
        const Field* on = def_.field(field.visible_if->field);
        const Widget* widget = widgetNamed(on->widget);
        if (widget && (widget->kind == ValueKind::file || widget->kind == ValueKind::secret ||
                       widget->kind == ValueKind::slots || widget->kind == ValueKind::none))
            add(path, "visibility follows a text, a choice or a tick");
    }
};

} // namespace

void checkFields(const Definition& definition, const rules::Package& package, Faults& faults)
{
    FieldCheck(definition, package, faults).run();
}

} // namespace zikao::cases
