#include "plugins/payment-wechatpay/provider.hpp"

ZIKAO_PLUGIN(zikao::api::PaymentProvider, "payment-wechatpay", &zikao::wechatpay::Provider::create)
