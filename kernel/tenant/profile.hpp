#pragma once

#include <string>
#include <vector>

#include "kernel/base/json.hpp"
#include "plugins/api/degree_checker.hpp"

namespace zikao::tenant {

/// A plugin a province names, with the settings that are the same wherever the province runs. What only one
/// installation knows (keys, merchant numbers, addresses) comes from its own configuration and goes over
/// these.
struct PluginBinding
{
    std::string plugin; ///< folder below lib/plugins; empty: none
    Json settings = Json::object();
    std::string where; ///< for messages: "…/province.json: message_sender"
};

struct ChannelBinding
{
    std::string id;    ///< "alipay": in addresses and tables
    std::string label; ///< "支付宝"
    PluginBinding plugin;
};

/// provinces/<p>/province.json, checked: unknown, missing and mistyped keys refuse the start with their paths.
///
// clang-format off
/// | key                    | holds                                                                                 |
/// |------------------------|---------------------------------------------------------------------------------------|
/// | id, name               | required texts; `id` is the folder's name and the first path segment                  |
/// | platform_name          | required text                                                                         |
/// | hosts                  | host names that mean this tenant without the path segment                             |
/// | theme                  | {primary_color "#RRGGBB", emblem, home_picture}: pictures relative to the folder      |
/// | stages                 | names of the steps shown on the home page, in order                                   |
/// | login                  | {ways, user_name_label, browser_hint, hint, register_case, register_label, claim_case, |
/// |                        | claim_label}: ways of logging in ("password" unless told, "certificate", "phone"), the |
/// |                        | cases that open an account and give one to a person on file                           |
/// | notices                | [{id, title, text}]: texts of their own page, named by menu and definitions           |
/// | footer                 | {owner, record_number, phone, address, slogan, accessibility}                         |
/// | contact                | {phone, address, hours, mail}                                                         |
/// | captcha_length         | 4-6, else 4                                                                           |
/// | codes_per_network      | one-time codes a day for one network, 50-100000, else 200 (C9)                        |
/// | session_minutes        | candidate's idle time, 5-60, else 30 (C11 allows less, never more than the route's)   |
/// | qr_seconds             | life of a payment code, 60-1800, else 180                                             |
/// | entries                | [{id, title, text, and one of: case, notice, page}]: a home page open to all with    |
/// |                        | these entries; the log-in then has its own page (XZ-REG-01)                           |
/// | help                   | [{id, question, answer}]: the public page 常见问题 (XZ-SGN-17)                        |
/// | menu                   | [{id, title, and one of: case, notice, payment_of, page, person_of [case types];      |
/// |                        | needs {case, phase}; under: an entry above, which may then lead nowhere itself}]      |
/// | menu_complete          | true: no entries of the portal's own beside `menu` (XZ-LOG-04)                        |
/// | position_line          | true: every page of a candidate says 当前位置 (XZ-SGN-01)                             |
/// | progress               | {case type: [{title, phases, states}]}: steps of a procedure in the centre, and where    |
/// |                        | a case is in each                                                                     |
/// | payment_page           | [{id, label, and one of: from "person.x"/"fields.x"/"order.x", text}]                 |
/// | payment_notices        | [sentences] before the order's lines; absent: the page's own three below them         |
/// | payment_columns        | [{id, title}]: no, name, code, exam_at, amount, state, ordered_at, remark             |
/// | payment_totals         | [{id, label, from, unit}] of the last line: person.name, person.admission_number,     |
/// |                        | order.course_count, order.total                                                       |
/// | payment_words          | words of the payment pages by key (docs/operator.md), each optional                   |
/// | refund_reasons         | [types]: an order is refunded for one of them alone; absent: for any reason           |
/// | reason_choices         | {case id: [sentences]}: what a reviewer may pick when refusing; {case id.action id: …}: |
/// |                        | for this action instead                                                               |
/// | settings               | {name: true or false}: switches that actions of the rule package ask for (`only_if`)   |
/// | payment_channels       | [{id, label, plugin, settings, same_phone}]: same_phone false: a code's address opens |
/// |                        | no application on the telephone that shows it                                         |
/// | message_sender         | text messages: plugin id, or {plugin, settings}; absent or "": none                   |
/// | mail_sender            | the same, for e-mail (XJ-LOG-05)                                                      |
/// | image_inspector        | the same                                                                              |
/// | id_card_reader         | the same                                                                              |
/// | degree_checker         | the same                                                                              |
/// | record_exchange        | the same                                                                              |
/// | degree_page            | {purpose "registration"/"graduation"/"exemption", code_seconds 60-600, app_name,      |
/// |                        | app_url, help_url, intro, no_record_hint, papers_case}: the check of a degree         |
// clang-format on
struct Profile
{
    std::string id;
    std::string name;          ///< "…考试院"
    std::string platform_name; ///< on every page
    std::vector<std::string> hosts;
    int captcha_length = 4;
    int session_minutes = 30;
    int codes_per_network = 200;
    std::vector<std::string> login_ways = {"password"}; ///< in the order of the page
    int qr_seconds = 180;
    std::vector<ChannelBinding> payment_channels;
    PluginBinding message_sender, mail_sender, image_inspector, id_card_reader, degree_checker,
        record_exchange;
    api::DegreePurpose degree_purpose = api::DegreePurpose::graduation;
    int degree_code_seconds = 300;
    Json raw = Json::object(); ///< the whole checked document, with the defaults of the numbers filled in
    std::string dir;

    /// @errors `not_found`: no province.json in `dir`; `invalid_argument` naming every fault with its path
    static Result<Profile> read(const std::string& dir);
};

} // namespace zikao::tenant
