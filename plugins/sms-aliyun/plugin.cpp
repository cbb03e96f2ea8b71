#include "plugins/sms-aliyun/sender.hpp"

ZIKAO_PLUGIN(zikao::api::MessageSender, "sms-aliyun", &zikao::aliyun::Sender::create)
