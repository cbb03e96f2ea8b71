#include "kernel/exams/check.hpp"

#include "kernel/exams/records.hpp"
#include "kernel/storage/invariant.hpp"

namespace zikao::exams {

Result<std::vector<std::string>> check(storage::Database& database, const Vault* vault)
{
    static const std::vector<storage::Invariant> kInvariants = {
        {"I2 one live sign-up for a candidate, a sitting and a course",
         "SELECT MIN(s.id) FROM sign_up s JOIN sign_up_course c ON c.sign_up_id = s.id WHERE s.live_key IS "
         "NOT "
         "NULL GROUP BY s.candidate_id, s.sitting, c.course_code HAVING COUNT(*) > 1"},
        {"I2 no two courses of a sign-up at one time",
         "SELECT DISTINCT s.id FROM sign_up s JOIN sign_up_course a ON a.sign_up_id = s.id JOIN "
         "sign_up_course b "
         "ON b.sign_up_id = s.id AND b.slot_no > a.slot_no JOIN exam_slot x ON x.sitting = s.sitting AND "
         "x.slot_no = a.slot_no JOIN exam_slot y ON y.sitting = s.sitting AND y.slot_no = b.slot_no "
         "WHERE s.live_key IS NOT NULL AND x.starts_at < y.ends_at AND y.starts_at < x.ends_at"},
        {"I2 a void sign-up keeps no place, and no other gives its own up",
         "SELECT id FROM sign_up WHERE (state = 'void') <> (live_key IS NULL)"},
        {"I10 what was paid for is what is signed up",
         "SELECT s.id FROM sign_up s JOIN sign_up_course c ON c.sign_up_id = s.id WHERE s.state = 'paid' AND "
         "NOT "
         "EXISTS (SELECT 1 FROM pay_order o JOIN order_line l ON l.order_no = o.no WHERE o.case_id = "
         "s.case_id "
         "AND o.state IN ('paid', 'refunding', 'refunded') AND l.code = c.course_code)"},
    };
    auto broken = storage::violations(database, kInvariants);
    if (!broken || vault == nullptr)
        return broken;
    for (const storage::MacTable* table : {&kPassTable, &kNumberTable, &kGrantTable}) {
        const auto altered = storage::alteredRows(database, *vault, *table);
        if (!altered)
            return fail(altered.error());
        for (const std::string& row : *altered)
            broken->push_back("was not written by the platform as it stands: " + row);
    }
    return broken;
}

} // namespace zikao::exams
