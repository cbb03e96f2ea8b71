#pragma once

#include "kernel/catalog/catalog.hpp"
#include "tests/support/tenant.hpp"

namespace zikao::cases {

/// Offices, lists, majors and courses of the invented province: two prefectures with a county each, two host schools.
inline void fillCatalog(catalog::Catalog& catalog)
{
    const std::pair<const char*, const char*> tables[] = {
        {"offices", "code,name,level,parent,traits\n"
                    "90,灯笼省考试院,province,,\n"
                    "9001,东灯市考试办,prefecture,90,\n"
                    "9002,西灯市考试办,prefecture,90,own_notice\n"
                    "900101,东灯区考试办,county,9001,\n"
                    "900201,西灯区考试办,county,9002,\n"
                    "95001,灯笼大学,school,90,\n"
                    "95002,灯塔学院,school,90,\n"},
        {"code_items", "list,code,name,parent,sort\n"
                       "sexes,1,男,,1\n"
                       "sexes,2,女,,2\n"
                       "nationalities,01,汉族,,1\n"
                       "nationalities,05,维吾尔族,,2\n"
                       "prefectures,9001,东灯市,,1\n"
                       "prefectures,9002,西灯市,,2\n"
                       "counties,900101,东灯区,9001,1\n"
                       "counties,900201,西灯区,9002,2\n"},
        {"courses",
         "code,name,credits\n00001,灯学概论,4\n00002,灯具史,4\n00003,灯光学,6\n00004,灯油化学,6\n"},
        {"plan_courses", "plan_id,seq,course_code,requirement\n"
                         "P1,1,00001,必考\nP1,2,00002,必考\nP1,3,00003,选考\nP2,1,00004,必考\n"},
        {"substitutions", "rule_id,for_course,by_course,mode\nS1,00003,00004,each\n"},
        {"waivers", "rule_id,course_code,basis,certificate\nW1,00002,证书,灯具证书\n"},
        {"majors", "code,name,plan_id,school_code,special,open,min_credits\n"
                   "L01,灯学,P1,95001,0,1,70\nL02,灯油化学,P2,95002,1,1,70\n"},
    };
    for (const auto& [kind, csv] : tables) {
        const auto done = catalog.import(kind, csv);
        ASSERT_TRUE(done) << kind << ": " << done.error().message;
    }
}

} // namespace zikao::cases
