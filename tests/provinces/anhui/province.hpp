#pragma once

#include <string>
#include <vector>

#include "kernel/exams/records.hpp"
#include "kernel/exams/windows.hpp"
#include "tests/kernel/files/pictures.hpp"
#include "tests/support/procedures.hpp"

namespace zikao::test {

/// A candidate with an account and an admission number.
struct Student
{
    identity::Session session;
    std::string number; ///< admission number
    [[nodiscard]] const identity::Actor& actor() const { return session.actor; }
};

/// The package that is published in production on the province's real catalog. It is 20 May 2026, 9 o'clock; pictures are
/// taken until 1 June, applications until 10 June. The plan of 530601 (专科) has 19 courses, that of 080901 (专升本) 22.
class Anhui : public Procedures
{
protected:
    Anhui();

    static std::string picture() { return files::jpg(480, 640); }
    static Instant at(unsigned month, unsigned day, std::chrono::seconds time = {})
    {
        return beijingInstant(Date{2026, month, day}, time);
    }
    /// Registered in a city, 芜湖 unless told otherwise, and passed by it.
    Student student(int number = 1, const std::string& city = "340200");
    Student photographed(int number = 1); ///< the picture of the diploma has passed as well
    /// Passes of every course of a plan but those left out, one by one with 70.
    void passAll(const Student& student, const std::string& plan,
                 const std::vector<std::string>& without = {});
    void record(const std::string& rows);
    void openWindows(Instant from, Instant pictures_until, Instant until);
    /// It is 2 November; pictures are taken until 1 December, applications until 10 December.
    void secondHalf();

    static Json application(const std::string& major = "530601");
    static Json treatments(const std::string& course, const std::string& kind, const std::string& rule,
                           const std::vector<std::string>& with = {});
    static std::string appraisal() { return essay_; }
    std::string begin(const Student& student, const std::string& type);
    void mustDo(const identity::Actor& actor, const std::string& case_id, const std::string& action,
                const Sent& sent = {});
    void prove(const Student& student, const std::string& case_id, const std::string& field);
    std::string applied(const Student& student, const std::string& major = "530601"); ///< 已受理
    std::string joint(const Student& student);                                        ///< the city agreed
    void confirm(const std::string& case_id); ///< the city records 思想品德鉴定 and agrees
    std::string state(const std::string& case_id);
    std::string newestMessage(const Student& student);

    exams::Records records{*tenant};
    const identity::Actor wuhu = officer("芜湖审核员", "340200");
    const identity::Actor hefei = officer("合肥审核员", "340100");
    const identity::Actor bengbu = officer("蚌埠审核员", "340300");
    const identity::Actor school = officer("安徽财经大学", "10378", {identity::Role::host_school});
    const identity::Actor other_school = officer("安徽大学", "10357", {identity::Role::host_school});
    const identity::Actor province = officer("省级审核员", "340000", {identity::Role::province_office});

private:
    static const std::string essay_;
};

} // namespace zikao::test
