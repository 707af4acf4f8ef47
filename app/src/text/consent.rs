//! What a person agrees to, purpose by purpose. A change of meaning here needs a new version in
//! `domain::consent::Purpose::version`: the test below holds both together.

use domain::consent::Purpose;

use super::Text;

messages! {
    fn consent_identity_title = "使用身份證號碼" | "使用身份证号码" | "Use of the identity number";
    fn consent_risk_title = "風險評估" | "风险评估" | "Evaluation against fraud";
    fn consent_position_title = "使用位置" | "使用位置" | "Use of the position";
    fn consent_identity_label =
        "我同意使用身份證號碼" | "我同意使用身份证号码" | "I agree to the use of my identity number";
    fn consent_risk_label = "我同意風險評估" | "我同意风险评估" | "I agree to the evaluation against fraud";
    fn consent_position_label = "我同意使用位置" | "我同意使用位置" | "I agree to the use of my position";
    fn consent_position_text =
        "只用來按距離排列商家，並核對交易是否在本市。位置不寫進您的帳號，也不提供給第三方。不同意不影響領券和用券。"
        | "只用来按距离排列商家，并核对交易是否在本市。位置不写进您的账号，也不提供给第三方。不同意不影响领券和用券。"
        | "It only serves to sort the shops by distance and to see that a sale is in this city. It is not written to \
           your account and given to nobody else. Claiming and using vouchers work without it.";
    fn consents = "您同意的事項" | "您同意的事项" | "What you agree to";
    /// Between what something is and what it says.
    fn pause = "：" | "：" | ": ";
    fn consent_is_required = "領取需要這一項" | "领取需要这一项" | "Needed to claim";
    fn consent_is_optional = "可以不選" | "可以不选" | "Optional";
    fn consent_can_be_withdrawn =
        "每一項分開選擇，都可以在「我的」裡撤回。不同意也可以看輪次、規則和商家。"
        | "每一项分开选择，都可以在「我的」里撤回。不同意也可以看轮次、规则和商家。"
        | "Each is your own choice and can be taken back under My account. Rounds, rules and shops can \
         be seen without.";
}

impl Text {
    /// What a purpose is called.
    pub const fn consent_title(self, purpose: Purpose) -> &'static str {
        match purpose {
            Purpose::IdentityNumber => self.consent_identity_title(),
            Purpose::RiskEvaluation => self.consent_risk_title(),
            Purpose::Position => self.consent_position_title(),
        }
    }

    /// What the box says that is ticked for it.
    pub const fn consent_label(self, purpose: Purpose) -> &'static str {
        match purpose {
            Purpose::IdentityNumber => self.consent_identity_label(),
            Purpose::RiskEvaluation => self.consent_risk_label(),
            Purpose::Position => self.consent_position_label(),
        }
    }

    /// What is agreed to: what for, how it is kept, how long (`days` after the round), who receives it.
    pub fn consent_text(self, purpose: Purpose, days: u32) -> String {
        match purpose {
            Purpose::IdentityNumber => say!(
                self,
                "只用來核對一人一份、實名和本輪的適用範圍。系統不保存號碼和全名，只保存號碼的帶密鑰摘要、登記地的區縣代碼和只露姓氏的姓名；注銷後摘要保存到您參加的輪次結束後 {days} 天，\
                 以免重複領取。不提供給第三方。"
                    | "只用来核对一人一份、实名和本轮的适用范围。系统不保存号码和全名，只保存号码的带密钥摘要、登记地的区县代码和只露姓氏的姓名；注销后摘要保存到您参加的轮次结束后 {days} 天，\
                     以免重复领取。不提供给第三方。"
                    | "It only serves to give each person one share, for the real name, and to see for \
                     whom a round is. The number and the full name are not kept, only a keyed hash \
                     of the number, the code of the county of registration and the surname. After \
                     your account is deleted the hash is kept until {days} days after the end of the \
                     rounds you knew, so that nobody claims twice. It is given to nobody else."
            ),
            Purpose::RiskEvaluation => say!(
                self,
                "為防止冒領、倒賣和套現，系統自動評估您的登入、領取和核銷記錄、設備種類和網絡地址段。評估可能使一次領取轉入人工審核或不獲通過，您可以申訴。依據保存到輪次結束後 {days} 天，不提供給第三方。"
                    | "为防止冒领、倒卖和套现，系统自动评估您的登录、领取和核销记录、设备种类和网络地址段。评估可能使一次领取转入人工审核或不获通过，您可以申诉。依据保存到轮次结束后 {days} 天，\
                     不提供给第三方。"
                    | "Against claims in other people's names, resale and cashing out, your sign-ins, \
                     claims and redemptions, the kind of device and the block of network addresses \
                     are weighed automatically. A claim may then be looked at by a person, or be \
                     refused; you can appeal. What was weighed is kept until {days} days after the \
                     round and given to nobody else."
            ),
            Purpose::Position => self.consent_position_text().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::language::Language;

    use super::*;

    /// A text that changed needs a new version: whoever agreed to the old one did not agree to this.
    #[test]
    fn a_new_text_has_a_new_version() {
        for (purpose, version, fingerprint) in [
            (Purpose::IdentityNumber, 2, IDENTITY_2),
            (Purpose::RiskEvaluation, 1, RISK_1),
            (Purpose::Position, 1, POSITION_1),
        ] {
            let texts = Language::ALL.map(|language| Text(language).consent_text(purpose, 180));
            let found = (purpose.version(), fnv(&texts.concat()));
            assert_eq!(
                found,
                (version, fingerprint),
                "{purpose:?}: raise the version, then note both here"
            );
        }
    }

    const IDENTITY_2: u64 = 0xee21_7298_dc2d_c413;
    const RISK_1: u64 = 0x690e_dd38_42f8_6aef;
    const POSITION_1: u64 = 0x1b90_cc82_afd8_dad1;

    /// FNV-1a: the same for ever, unlike the library's.
    fn fnv(text: &str) -> u64 {
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}
